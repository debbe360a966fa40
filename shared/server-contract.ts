/** The whole contract of the control socket: every feature's block, one line each. */

import { analyticsContract } from './analytics/contract.ts';
import { certificatesContract } from './certificates/contract.ts';
import { commandsContract } from './deployer/commands-contract.ts';
import { deployerContract } from './deployer/contract.ts';
import { cronContract } from './deployer/cron-contract.ts';
import { diskContract } from './deployer/disk-contract.ts';
import { foreignContract } from './deployer/foreign-contract.ts';
import { registriesContract } from './deployer/registries-contract.ts';
import { terminalsContract } from './deployer/terminals-contract.ts';
import { transferContract } from './deployer/transfer-contract.ts';
import { errorsContract } from './errors/contract.ts';
import { gatewayContract } from './gateway/contract.ts';
import { kernelContract } from './kernel/contract.ts';
import { notifyContract } from './notify/contract.ts';
import { proxyContract } from './proxy/contract.ts';
import { requestsContract } from './proxy/requests-contract.ts';
import { replayContract } from './replay/contract.ts';
import { statusContract } from './status/contract.ts';
import { upgradeContract } from './upgrade/contract.ts';
import { uptimeContract } from './uptime/contract.ts';
import { vitalsContract } from './vitals/contract.ts';

export const serverContract = {
  ...kernelContract,
  ...proxyContract,
  ...certificatesContract,
  ...requestsContract,
  ...deployerContract,
  ...commandsContract,
  ...cronContract,
  ...diskContract,
  ...terminalsContract,
  ...transferContract,
  ...foreignContract,
  ...registriesContract,
  ...notifyContract,
  ...upgradeContract,
  ...vitalsContract,
  ...errorsContract,
  ...replayContract,
  ...analyticsContract,
  ...uptimeContract,
  ...gatewayContract,
  ...statusContract,
} as const;
export type ServerContract = typeof serverContract;
