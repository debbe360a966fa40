import { expect, test } from 'bun:test';
import { serverContract } from '../../shared/server-contract.ts';
import { deployerContracts } from './contracts.ts';

/** Methods of other features begin with these. */
const deployers = /^(apps|cron|containers|deployments|releases|env|logs|uploads|commands|terminals|disk)\./;

test('every_method_of_the_deployer_in_the_server_contract_is_loaded_with_it', async () => {
  const loaded = Object.keys(await deployerContracts());
  const wanted = Object.keys(serverContract).filter((name) => deployers.test(name));
  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.filter((name) => !loaded.includes(name))).toEqual([]);
});
