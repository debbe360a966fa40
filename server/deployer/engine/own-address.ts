/** A container's own address, where this machine reaches it without the engine's proxy in between. */

import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ContainerState } from './docker.ts';

export interface OwnAddress {
  host: string;
  port: number;
}

/** A refusal comes at once; where nobody is, the kernel asks three times, a second each. */
const reachMs = 500;

/**
 * Its address in its network and the port that is published for it. Null where none is, and where the network's bridge is
 * not here: an engine without root has it in a network namespace of its own, Docker Desktop in a virtual machine.
 */
export function ownAddress(found: ContainerState, interfaces = networkInterfaces()): OwnAddress | null {
  const [name] = Object.keys(found.HostConfig?.PortBindings ?? {});
  const port = Number.parseInt(name ?? '', 10);
  const place = found.NetworkSettings?.Networks?.[found.HostConfig?.NetworkMode ?? ''];
  if (!place?.IPAddress || !place.NetworkID || Number.isNaN(port)) return null;
  // The engine names a bridge after its network, and gives it the address that containers have for their gateway.
  const bridge = interfaces[`br-${place.NetworkID.slice(0, 12)}`] ?? [];
  if (!bridge.some(({ address }) => address === place.Gateway)) return null;
  return { host: place.IPAddress, port };
}

/** Whether somebody answers there, be it that the port is closed yet. */
export function isReached({ host, port }: OwnAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (reached: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reached);
    };
    const timer = setTimeout(() => finish(false), reachMs);
    socket.on('connect', () => finish(true));
    socket.on('error', () => finish(true));
  });
}
