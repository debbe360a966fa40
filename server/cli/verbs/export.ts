/** `windlass export`: an app as one file. */

import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { aimOf } from '../aim.ts';
import { bytesText, countText } from '../amounts.ts';
import { readPassphrase } from '../passphrase.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const exportVerb: Verb = {
  name: 'export',
  summary: 'write an app to one file, to import it elsewhere',
  usage: ['export APP FILE [--with-secrets] [--volumes] [--env NAME]'],
  about: [
    'The file has the live release and its configuration, and the names of its variables. With --with-secrets',
    'their values too, encrypted with a passphrase that is read from stdin.',
  ],
  examples: [
    { what: 'the app without what is secret', line: 'windlass export shop shop.windlass' },
    {
      what: 'all of it',
      line: 'windlass export shop shop.windlass --volumes --with-secrets < passphrase.txt',
    },
  ],
  arguments: [appArgument, { name: 'FILE', required: true, completes: 'file' }],
  flags: [
    { name: 'with-secrets', summary: 'the values of variables too, under a passphrase from stdin' },
    { name: 'volumes', summary: 'the volumes too' },
    environmentFlag,
  ],
  run: async (context) => {
    const aim = aimOf(context);
    const name = context.args[1];
    if (name === undefined) throw new UsageError('which file?', 'See `windlass help export`.');
    const file = resolve(context.io.cwd, name);
    const secret = context.flags.on('with-secrets') ? { passphrase: await readPassphrase(context) } : {};
    // Never half a file under the name that was asked for.
    const part = `${file}.part`;
    const writer = Bun.file(part).writer();
    let bytes = 0;
    try {
      const done = await context.control.stream(
        'apps.export',
        { ...aim, ...secret, volumes: context.flags.on('volumes') },
        ({ base64 }) => {
          const chunk = Buffer.from(base64, 'base64');
          bytes += chunk.length;
          writer.write(chunk);
        },
        context.io.closed,
      );
      await writer.end();
      await rename(part, file);
      const secrets = 'passphrase' in secret ? 'with' : 'without';
      context.show({ ...done, file, bytes }, () => [
        `${aim.app} release ${done.release} in ${name}, ${bytesText(bytes)}: ${countText(done.variables, 'variable')} ${secrets} their values, ${countText(done.volumes.length, 'volume')}`,
      ]);
      return 0;
    } catch (error) {
      await writer.end();
      await rm(part, { force: true });
      throw error;
    }
  },
};
