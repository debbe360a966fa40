/** The engine's progress of a build, a pull or a load, as lines for people and what came of it. Pure but for its buffer. */

import * as z from 'zod/mini';
import { createBuildkitTrace } from './buildkit-trace.ts';

const message = z.object({
  stream: z.optional(z.string()),
  status: z.optional(z.string()),
  id: z.optional(z.string()),
  error: z.optional(z.string()),
  errorDetail: z.optional(z.object({ code: z.optional(z.number()), message: z.optional(z.string()) })),
  aux: z.optional(z.unknown()),
});
const imageAux = z.object({ ID: z.string() });

export interface ProgressReader {
  push(chunk: Uint8Array): void;
  /** The last line without an end. */
  finish(): void;
  /** Id of the image that was built; null where none was told. */
  readonly image: string | null;
  /** What failed, with the exit code of a step where it was one. */
  readonly failure: { message: string; code: number | null } | null;
}

/** Layers' progress in percent is noise in a log; these say what happened. */
const toldStatus = /^(Pulling from|Digest:|Status:|Pull complete|Loaded image)/;

/** Ids of steps that nobody can use for anything. */
const bookkeeping = /^( ---> (Running in )?[0-9a-f]{12}|Removing intermediate container [0-9a-f]{12})$/;

export function createProgressReader(onLine: (text: string) => void): ProgressReader {
  const decoder = new TextDecoder();
  const trace = createBuildkitTrace();
  let rest = '';
  let line = '';
  let image: string | null = null;
  let failure: { message: string; code: number | null } | null = null;

  const say = (text: string) => {
    const parts = (line + text).split('\n');
    line = parts.pop() ?? '';
    for (const part of parts.map(plain)) if (!bookkeeping.test(part)) onLine(part);
  };
  const take = (text: string) => {
    if (text.trim() === '') return;
    const parsed = z.safeParse(message, JSON.parse(text));
    if (!parsed.success) return;
    const { stream, status, id, error, errorDetail, aux } = parsed.data;
    if (stream !== undefined) say(stream);
    if (status !== undefined && toldStatus.test(status))
      onLine(id === undefined ? status : `${id}: ${status}`);
    if (id === 'moby.buildkit.trace' && typeof aux === 'string')
      for (const each of trace.read(aux)) say(`${each}\n`);
    const built = z.safeParse(imageAux, aux);
    if (built.success) image = built.data.ID;
    if (error !== undefined) {
      failure = { message: errorDetail?.message ?? error, code: errorDetail?.code ?? null };
    }
  };
  return {
    push(chunk) {
      const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) take(text);
    },
    finish() {
      take(rest);
      rest = '';
      if (line !== '') onLine(plain(line));
      line = '';
    },
    get image() {
      return image;
    },
    get failure() {
      return failure;
    },
  };
}

/** Without colours and cursor movements; what a carriage return overwrote is gone. */
function plain(text: string): string {
  const clean = text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r+$/, '');
  return clean.slice(clean.lastIndexOf('\r') + 1);
}
