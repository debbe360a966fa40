/** The deployer's blocks of the server contract, loaded when one of its methods is first called. */

import type { Contract } from '../../shared/rpc.ts';

export async function deployerContracts(): Promise<Contract> {
  const [deployer, commands, cron, disk, terminals, transfer, foreign, registries] = await Promise.all([
    import('../../shared/deployer/contract.ts'),
    import('../../shared/deployer/commands-contract.ts'),
    import('../../shared/deployer/cron-contract.ts'),
    import('../../shared/deployer/disk-contract.ts'),
    import('../../shared/deployer/terminals-contract.ts'),
    import('../../shared/deployer/transfer-contract.ts'),
    import('../../shared/deployer/foreign-contract.ts'),
    import('../../shared/deployer/registries-contract.ts'),
  ]);
  return {
    ...deployer.deployerContract,
    ...commands.commandsContract,
    ...cron.cronContract,
    ...disk.diskContract,
    ...terminals.terminalsContract,
    ...transfer.transferContract,
    ...foreign.foreignContract,
    ...registries.registriesContract,
  };
}
