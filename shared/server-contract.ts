/** The whole contract of the control socket: every feature's block, one line each. */

import { deployerContract } from './deployer/contract.ts';
import { kernelContract } from './kernel/contract.ts';
import { proxyContract } from './proxy/contract.ts';

export const serverContract = {
  ...kernelContract,
  ...proxyContract,
  ...deployerContract,
} as const;
export type ServerContract = typeof serverContract;
