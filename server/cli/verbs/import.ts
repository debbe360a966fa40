/** `windlass import`: an app from the file that `windlass export` wrote, or from a container that runs already. */

import { resolve } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { appName } from '../../../shared/names.ts';
import { follow, followFlags } from '../follow.ts';
import { readPassphrase } from '../passphrase.ts';
import { UsageError } from '../usage-error.ts';
import { environmentFlag, type Verb, type VerbContext } from '../verb.ts';

export const importVerb: Verb = {
  name: 'import',
  summary: 'make an app of an exported file or of a container, and deploy it',
  usage: [
    'import FILE [--as NAME] [--with-secrets] [--env NAME] [--detach | --wait]',
    'import CONTAINER [--as NAME] [--with-volumes] [--print] [--env NAME] [--detach | --wait]',
  ],
  about: [
    'A file: variables that came without their values are named, to be set with `windlass env`.',
    'A container of Docker, where there is no file of that name: its image, command, variables, ports and volumes are',
    'taken over as a Compose file. The container itself stays as it is; stop it when the app does well.',
  ],
  examples: [
    { what: 'under its own name', line: 'windlass import shop.windlass' },
    { what: 'a container that runs already', line: 'windlass import wiki --with-volumes' },
    {
      what: 'with its secrets',
      line: 'windlass import shop.windlass --as shop2 --with-secrets < passphrase.txt',
    },
  ],
  arguments: [{ name: 'FILE', required: true, completes: 'file' }],
  flags: [
    { name: 'as', value: 'NAME', summary: 'the name of the new app' },
    { name: 'with-volumes', summary: 'also copy what is in the volumes of the container' },
    { name: 'print', summary: 'show the Compose file of the container, and change nothing' },
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
    if (!(await file.exists())) return importContainer(context, context.args[0] ?? '', name);
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

async function importContainer(context: VerbContext, container: string, name: string | undefined) {
  const { flags, io, control } = context;
  if (container.includes('/') || container.includes('.windlass')) {
    throw new WindlassError('not-found', `there is no file ${container}`, { hint: 'Check its name.' });
  }
  if (flags.on('print')) {
    const { compose, warnings } = await control.call('containers.describe', { container });
    io.stdout.write(compose.endsWith('\n') ? compose : `${compose}\n`);
    for (const line of warnings) io.stderr.write(`${line}\n`);
    return 0;
  }
  const app = name ?? container.toLowerCase();
  if (!appName.safeParse(app).success) {
    throw new UsageError(
      `"${app}" is not a name for an app`,
      'Name it with --as; it has a to z, 0 to 9 and -.',
    );
  }
  const environment = flags.text('env');
  const { deployment, warnings } = await control.call('containers.import', {
    container,
    app,
    volumes: flags.on('with-volumes'),
    ...(environment === undefined ? {} : { environment }),
  });
  for (const line of warnings) io.stderr.write(`${line}\n`);
  return follow(context, deployment);
}
