/** Puts an upload together and takes in what it holds, in the background: clients ask until it is done. */

import { rm } from 'node:fs/promises';
import { objectOf, textOf } from '../event/text.ts';
import type { WorkerLine } from '../worker-line.ts';
import { type ChunkStore, sha1Form } from './chunk-store.ts';

export type AssembleState =
  | { state: 'not_found'; missingChunks: string[] }
  | { state: 'assembling' | 'ok'; missingChunks: [] }
  | { state: 'error'; missingChunks: []; detail: string };

export interface Assembler {
  /** `body` is the client's request; null where it is none. */
  ask(project: number, body: unknown): AssembleState | null;
}

const mostChunks = 2000;
const mostRemembered = 500;

export function createAssembler(parts: {
  chunks: ChunkStore;
  line: Pick<WorkerLine, 'ask'>;
  now(): number;
}): Assembler {
  const { chunks: store, line } = parts;
  /** By project and checksum. */
  const known = new Map<string, AssembleState>();
  return {
    ask(project, body) {
      const raw = objectOf(body);
      const checksum = textOf(raw.checksum);
      const chunks = Array.isArray(raw.chunks) ? raw.chunks.map((each: unknown) => textOf(each)) : null;
      if (
        !sha1Form.test(checksum) ||
        chunks === null ||
        chunks.length > mostChunks ||
        !chunks.every((each) => sha1Form.test(each))
      )
        return null;
      const name = `${project} ${checksum}`;
      const before = known.get(name);
      if (before !== undefined) {
        // Told once: whoever uploads after that begins anew.
        if (before.state === 'error') known.delete(name);
        return before;
      }
      const missingChunks = store.missing(project, chunks);
      if (missingChunks.length > 0 || chunks.length === 0) return { state: 'not_found', missingChunks };
      if (known.size >= mostRemembered) known.clear();
      const state: AssembleState = { state: 'assembling', missingChunks: [] };
      known.set(name, state);
      const release = textOf(raw.version, 200) || null;
      void takeIn(project, checksum, chunks, release).then((done) => known.set(name, done));
      return state;
    },
  };

  async function takeIn(
    project: number,
    checksum: string,
    chunks: string[],
    release: string | null,
  ): Promise<AssembleState> {
    let path: string | null;
    try {
      path = await store.assemble(project, checksum, chunks);
    } catch {
      // A full disk, say. The parts are as they came, so the client may ask for it again.
      return failed('the server could not put the parts together on its disk');
    }
    try {
      if (path === null) return failed('the parts do not make up what the checksum says');
      await line.ask({ name: 'take-bundle', project, part: { path, release }, now: parts.now() });
      return { state: 'ok', missingChunks: [] };
    } catch {
      return failed('the bundle cannot be read');
    } finally {
      if (path !== null) await rm(path, { force: true });
      await store.forget(project, chunks);
    }
  }
}

function failed(detail: string): AssembleState {
  return { state: 'error', missingChunks: [], detail };
}
