/** `windlass import`: an app from the file that `windlass export` wrote. */

import { resolve } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { appName } from '../../../shared/names.ts';
import { follow, followFlags } from '../follow.ts';
import { readPassphrase } from '../passphrase.ts';
import { UsageError } from '../usage-error.ts';
import { environmentFlag, type Verb } from '../verb.ts';

export const importVerb: Verb = {
  name: 'import',
  summary: 'make an app of an exported file, and deploy it',
  usage: ['import FILE [--as NAME] [--with-secrets] [--env NAME] [--detach | --wait]'],
  about: ['Variables that came without their values are named, to be set with `windlass env`.'],
  examples: [
    { what: 'under its own name', line: 'windlass import shop.windlass' },
    {
      what: 'with its secrets',
      line: 'windlass import shop.windlass --as shop2 --with-secrets < passphrase.txt',
    },
  ],
  arguments: [{ name: 'FILE', required: true, completes: 'file' }],
  flags: [
    { name: 'as', value: 'NAME', summary: 'the name of the new app' },
    { name: 'with-secrets', summary: 'the values of variables too; reads their passphrase from stdin' },
    environmentFlag,
    ...followFlags,
  ],
  run: async (context) => {
    const { flags, io, control } = context;
    const name = flags.text('as');
    if (name !== undefined && !appName.safeParse(name).success) {
      throw new UsageError(`"${name}" is not a name for an app`, 'It has a to z, 0 to 9 and -.');
    }
    const file = Bun.file(resolve(io.cwd, context.args[0] ?? ''));
    if (!(await file.exists())) {
      throw new WindlassError('not-found', `there is no file ${context.args[0]}`, {
        hint: 'Check its name.',
      });
    }
    const environment = flags.text('env');
    const secret = flags.on('with-secrets') ? { passphrase: await readPassphrase(context) } : {};
    const { upload } = await control.upload('uploads.create', {}, file);
    const { deployment, missing } = await control.call('apps.import', {
      upload,
      ...secret,
      ...(name === undefined ? {} : { app: name }),
      ...(environment === undefined ? {} : { environment }),
    });
    if (missing.length > 0) {
      io.stderr.write(
        `without values: ${missing.join(', ')}; set them with \`windlass env ${deployment.app} set NAME=VALUE --apply\`\n`,
      );
    }
    return follow(context, deployment);
  },
};
