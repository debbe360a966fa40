/** The command line alone as a process of its own, for tests of pipes and signals. */

import { processIo } from '../process-io.ts';
import { runCli } from '../run-cli.ts';

const io = processIo(process, '1.2.3');
const code = await runCli(process.argv.slice(2), io);
await io.flush();
process.exit(code);
