/** The proxy's blocks of the server contract, loaded when one of its methods is first called. */

import type { Contract } from '../../shared/rpc.ts';

export async function proxyContracts(): Promise<Contract> {
  const [proxy, requests] = await Promise.all([
    import('../../shared/proxy/contract.ts'),
    import('../../shared/proxy/requests-contract.ts'),
  ]);
  return { ...proxy.proxyContract, ...requests.requestsContract };
}
