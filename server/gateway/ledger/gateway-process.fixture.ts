/** A gateway as a process of its own, for tests that kill it: argv has its file, its port and its snapshot. */

import { createOpenGateway } from '../worker/open-gateway.ts';

const [file = '', port = '0', snapshot = '{}'] = process.argv.slice(2);
const gateway = createOpenGateway(
  { file, port: Number(port), snapshot: JSON.parse(snapshot) },
  () => undefined,
);
process.stdout.write(`${gateway.port}\n`);
