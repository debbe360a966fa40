import { expect, test } from 'bun:test';
import { createBridges, hostGateway } from './bridges.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const route = (bridge: string, net: string, mask: string) =>
  `${bridge}\t${net}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0\n`;
const outside = route('eth0', '00000000', '00000000') + route('eth0', '0001A8C0', '00FFFFFF');
const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 127.0.0.1
        /32 host LOCAL
     |-- 172.17.0.0
        /16 link UNICAST
     |-- 172.17.0.1
        /32 host LOCAL
     |-- 192.168.1.7
        /32 host LOCAL
`;

test('containers_may_ask_and_the_network_outside_may_not', () => {
  let now = 0;
  let routes = head + outside + route('docker0', '000011AC', '0000FFFF');
  const read = (name: string) => (name === 'route' ? routes : trie);
  const within = createBridges(() => now, read);
  expect(hostGateway(read)).toBe('172.17.0.1');
  expect(within('172.17.0.9')).toBe(true);
  expect(within('::ffff:172.17.0.9')).toBe(true);
  for (const far of ['192.168.1.8', '172.18.0.2', '8.8.8.8', '::1', '']) expect(within(far), far).toBe(false);
  routes += route('br-0123456789ab', '000012AC', '0000FFFF');
  now = 6000;
  expect(within('172.18.0.2')).toBe(true);
  expect(hostGateway(() => '')).toBeNull();
});
