/** `windlass deploy`: from a folder, a repository or an archive to a release that answers. */

import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Source } from '../../../shared/deployer/model.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { aimOf } from '../aim.ts';
import { bytesText, countText } from '../amounts.ts';
import { type Display, openDisplay } from '../display.ts';
import { follow, followFlags } from '../follow.ts';
import { placeText } from '../outcome.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Packed, type Verb, type VerbContext } from '../verb.ts';

const sourceFlags = ['dir', 'git', 'tar', 'image'] as const;

export const deploy: Verb = {
  name: 'deploy',
  summary: 'build a folder, a repository or an archive and make it live',
  usage: ['deploy APP [--dir DIR | --git URL [--ref REF] | --tar FILE] [--env NAME] [--detach | --wait]'],
  about: [
    'An app that does not exist yet is made. Without a source, the current folder is deployed;',
    'what .gitignore and .windlassignore name stays behind. The old release serves until the new one answers.',
  ],
  examples: [
    { what: 'this folder', line: 'windlass deploy shop' },
    { what: 'another folder, as a preview', line: 'windlass deploy shop --dir ../shop --env preview' },
    { what: 'a repository', line: 'windlass deploy shop --git https://github.com/you/shop.git --ref main' },
    { what: 'what is committed, and nothing else', line: 'git archive HEAD | windlass deploy shop --tar -' },
  ],
  arguments: [appArgument],
  flags: [
    { name: 'dir', value: 'DIR', summary: 'deploy this folder (default: .)', completes: 'folder' },
    { name: 'git', value: 'URL', summary: 'deploy this repository' },
    { name: 'ref', value: 'REF', summary: 'branch, tag or commit of --git' },
    {
      name: 'tar',
      value: 'FILE',
      summary: 'deploy this tar, plain or gzip; - reads it from stdin',
      completes: 'file',
    },
    { name: 'image', value: 'REF', summary: 'deploy this image', hidden: true },
    environmentFlag,
    ...followFlags,
  ],
  run: async (context) => {
    const { app, environment } = aimOf(context);
    checkSource(context);
    const display = openDisplay(context);
    let source: Source;
    try {
      source = await sendSource(context, display);
    } catch (error) {
      display.close();
      throw error;
    }
    const deployment = await context.control
      .call('deployments.create', { app, environment, source })
      .catch((error: unknown) => {
        display.close();
        throw error;
      });
    return follow(context, deployment, display);
  },
};

function checkSource(context: VerbContext): void {
  const { flags } = context;
  const given = sourceFlags.filter((name) => flags.text(name) !== undefined);
  if (given.length > 1) {
    throw new UsageError(
      `--${given[0]} and --${given[1]} both name a source`,
      'Give one of --dir, --git and --tar.',
    );
  }
  if (flags.text('ref') !== undefined && flags.text('git') === undefined) {
    throw new UsageError('--ref belongs to --git', 'Add --git URL, or leave --ref out.');
  }
  if (flags.text('image') !== undefined) {
    throw new WindlassError(
      'unavailable',
      'images need the docker runtime, which this version does not have',
      {
        hint: 'Deploy the folder with the app in it: --dir DIR.',
      },
    );
  }
  const app = placeText(context.args[0] ?? '', flags.text('env') ?? 'production');
  context.say(`${context.style.bold(`deploying ${app}`)} from ${fromText(context)}`);
}

async function sendSource(context: VerbContext, display: Display): Promise<Source> {
  const { flags, io } = context;
  const url = flags.text('git');
  if (url !== undefined) {
    const ref = flags.text('ref');
    return { kind: 'git', url, ...(ref === undefined ? {} : { ref }) };
  }
  const tar = flags.text('tar');
  const packed = tar === undefined ? await packFolder(context) : await openTar(context, tar);
  // A stream that breaks rejects both; the upload's rejection is the one that is reported.
  packed.done.catch(() => undefined);
  let sent = 0;
  const counted = packed.stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        sent += chunk.byteLength;
        display.show({ kind: 'sending', bytes: sent }, bytesText(sent));
        controller.enqueue(chunk);
      },
    }),
  );
  display.show({ kind: 'sending', bytes: 0 });
  const { upload } = await context.control.upload('uploads.create', {}, counted);
  const { files, bytes } = await packed.done;
  const note = files > 0 ? `${countText(files, 'file')}, ${bytesText(bytes)}` : bytesText(sent);
  display.show({ kind: 'sent', files, note });
  const from = tar === undefined ? basename(resolve(io.cwd, flags.text('dir') ?? '.')) : tar;
  return { kind: 'upload', upload, from: from === '-' ? 'stdin' : from };
}

async function packFolder(context: VerbContext): Promise<Packed> {
  const folder = resolve(context.io.cwd, context.flags.text('dir') ?? '.');
  const found = await stat(folder).catch(() => null);
  if (found === null) {
    throw new WindlassError('not-found', `there is no folder ${folder}`, { hint: 'Check --dir.' });
  }
  if (!found.isDirectory()) {
    throw new WindlassError('invalid', `${folder} is not a folder`, {
      hint: 'An archive goes with --tar FILE.',
    });
  }
  return context.pack(folder);
}

async function openTar(context: VerbContext, path: string): Promise<Packed> {
  const done = Promise.resolve({ files: 0, bytes: 0 });
  if (path === '-') {
    if (context.io.stdin.isTTY) {
      throw new UsageError('--tar - reads an archive from stdin, and nothing is piped in');
    }
    return { stream: context.io.stdin.stream(), done };
  }
  const file = Bun.file(resolve(context.io.cwd, path));
  if (!(await file.exists())) {
    throw new WindlassError('not-found', `there is no file ${path}`, { hint: 'Check --tar.' });
  }
  return { stream: file.stream(), done };
}

function fromText({ flags, io }: VerbContext): string {
  const url = flags.text('git');
  if (url !== undefined)
    return `${url.replace(/\/\/[^/@]*@/, '//')}${flags.text('ref') ? ` at ${flags.text('ref')}` : ''}`;
  const tar = flags.text('tar');
  if (tar !== undefined) return tar === '-' ? 'stdin' : tar;
  return resolve(io.cwd, flags.text('dir') ?? '.');
}
