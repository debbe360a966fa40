/** What a deployment is made of, sent to the server where it lies on this machine. */

import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Commit } from '../../shared/deployer/commit.ts';
import { imageReference, type Source } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import { bytesText, countText } from './amounts.ts';
import type { Display } from './display.ts';
import { UsageError } from './usage-error.ts';
import type { Pack, VerbContext } from './verb.ts';

/** An archive on its way; a ready-made one has no summary. */
interface Parcel {
  stream: ReadableStream<Uint8Array>;
  summary?: Awaited<ReturnType<Pack>>['summary'];
  history?: Promise<Commit[]>;
}

const sourceFlags = ['dir', 'git', 'tar', 'image'] as const;

/** Throws where the flags name no source, or two. */
export function checkSource({ flags }: VerbContext): void {
  const given = sourceFlags.filter((name) => flags.text(name) !== undefined);
  if (given.length > 1) {
    throw new UsageError(
      `--${given[0]} and --${given[1]} both name a source`,
      'Give one of --dir, --git, --image and --tar.',
    );
  }
  if (flags.text('ref') !== undefined && flags.text('git') === undefined) {
    throw new UsageError('--ref belongs to --git', 'Add --git URL, or leave --ref out.');
  }
  const image = flags.text('image');
  if (image !== undefined && !imageReference.test(image)) {
    throw new UsageError(
      `"${image}" is no name of an image`,
      'Write it like nginx:1.29 or ghcr.io/you/shop:v2.',
    );
  }
}

/** For people; a password in a URL is left out. */
export function sourceText({ flags, io }: VerbContext): string {
  const url = flags.text('git');
  if (url !== undefined) {
    const ref = flags.text('ref');
    return `${url.replace(/\/\/[^/@]*@/, '//')}${ref === undefined ? '' : ` at ${ref}`}`;
  }
  const image = flags.text('image');
  if (image !== undefined) return `the image ${image}`;
  const tar = flags.text('tar');
  if (tar !== undefined) return tar === '-' ? 'stdin' : tar;
  return resolve(io.cwd, flags.text('dir') ?? '.');
}

/** `history`: the commits of the folder, where it is in a repository. */
export async function sendSource(
  context: VerbContext,
  display: Display,
): Promise<{ source: Source; history?: Commit[] }> {
  const { flags, io } = context;
  const url = flags.text('git');
  if (url !== undefined) {
    const ref = flags.text('ref');
    return { source: { kind: 'git', url, ...(ref === undefined ? {} : { ref }) } };
  }
  const image = flags.text('image');
  if (image !== undefined) return { source: { kind: 'image', reference: image } };
  const tar = flags.text('tar');
  const parcel = tar === undefined ? await packed(context) : await archive(context, tar);
  const upload = await send(context, display, parcel);
  const from = tar === undefined ? basename(resolve(io.cwd, flags.text('dir') ?? '.')) : tar;
  const source: Source = { kind: 'upload', upload, from: from === '-' ? 'stdin' : from };
  return { source, history: (await parcel.history) ?? [] };
}

async function send(context: VerbContext, display: Display, parcel: Parcel): Promise<string> {
  let packingFailed: unknown;
  parcel.summary?.catch((error: unknown) => {
    packingFailed = error;
  });
  let sent = 0;
  const counted = parcel.stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        sent += chunk.byteLength;
        display.show({ kind: 'sending', bytes: sent }, bytesText(sent));
        controller.enqueue(chunk);
      },
    }),
  );
  display.show({ kind: 'sending', bytes: 0 });
  const { upload } = await context.control.upload('uploads.create', {}, counted).catch((error: unknown) => {
    // A file that could not be read cuts the upload off; the file is what the person should hear of.
    const ownFault = packingFailed instanceof WindlassError && packingFailed.code !== 'cancelled';
    throw ownFault ? packingFailed : error;
  });
  const summary = await parcel.summary;
  const note =
    summary === undefined
      ? bytesText(sent)
      : `${countText(summary.files, 'file')}, ${bytesText(summary.bytes)}, ${bytesText(sent)} packed`;
  display.show({ kind: 'sent', note });
  if (summary?.files === 0) {
    throw new WindlassError('invalid', `${sourceText(context)} has nothing to deploy`, {
      hint: 'It is empty, or .gitignore and .windlassignore leave all of it out.',
    });
  }
  const leftOut = summary?.leftOut ?? [];
  if (leftOut.length > 0) {
    display.say(`left out ${leftOut.join(', ')}: links that leave the folder, sockets and devices stay here`);
  }
  return upload;
}

async function packed(context: VerbContext): Promise<Parcel> {
  const folder = resolve(context.io.cwd, context.flags.text('dir') ?? '.');
  const found = await stat(folder).catch(() => null);
  if (found !== null && !found.isDirectory()) {
    throw new WindlassError('invalid', `${folder} is not a folder`, {
      hint: 'An archive goes with --tar FILE.',
    });
  }
  return context.pack(folder);
}

async function archive(context: VerbContext, path: string): Promise<Parcel> {
  if (path === '-') {
    if (context.io.stdin.isTTY) {
      throw new UsageError(
        '--tar - reads an archive from stdin, and nothing is piped in',
        'Pipe one in, or name a file.',
      );
    }
    return { stream: context.io.stdin.stream() };
  }
  const file = Bun.file(resolve(context.io.cwd, path));
  if (!(await file.exists())) {
    throw new WindlassError('not-found', `there is no file ${path}`, { hint: 'Check --tar.' });
  }
  return { stream: file.stream() };
}
