/** `npm run dev`: the server from source on `.windlass`, started again whenever a file it uses changes. */

import { join } from 'node:path';
import { root } from './root.ts';
import { endAllOnSignal, runProcess } from './run-process.ts';

endAllOnSignal();
const args = process.argv.slice(2);
const given = (flag: string) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
const ran = await runProcess(
  [
    process.execPath,
    '--watch',
    join(root, 'server/main.ts'),
    'serve',
    ...(given('--data') ? [] : ['--data', join(root, '.windlass')]),
    ...(given('--http') ? [] : ['--http', '8080']),
    ...(given('--https') ? [] : ['--https', '8443']),
    ...args,
  ],
  { cwd: root, output: 'show' },
);
process.exit(ran.code);
