/** What is copied of one site: a list and a sealed file a day. The list is written after the files it names. */

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type CopyState, copyState } from '../../../shared/desktop/copy-contract.ts';
import { readSealed, removeSealed, writeSealed } from './sealed-file.ts';

export interface CopiedSite {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly counted: 'script' | 'served';
}

export interface CopyStore {
  held(): Promise<CopyState>;
  read(day: number): Promise<Buffer | null>;
  /** The day is in the list when it returns. */
  put(day: { day: number; version: string }, bytes: Uint8Array): Promise<void>;
  /** Only these days stay, and the copy is as of now. */
  keep(days: readonly number[], syncedAt: number): Promise<CopyState>;
}

/** All copies of a server that is no longer known. */
export async function removeCopies(root: string, server: string): Promise<void> {
  await rm(serverFolder(root, server), { recursive: true, force: true });
}

/** All that is copied of one server. */
export const serverFolder = (root: string, server: string) => join(root, hashed(server));
/** Names say nothing in a listing of the folder. */
export const hashed = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

const nothing: CopyState = { syncedAt: null, days: [] };

export function openCopyStore(root: string, key: Buffer, site: CopiedSite): CopyStore {
  const name = [site.id, site.app, site.environment, site.counted].join('\n');
  // Names of servers' apps say nothing in a listing of the folder.
  const folder = join(serverFolder(root, site.id), hashed(name));
  const list = join(folder, 'list');
  const dayPath = (day: number) => join(folder, String(day));
  const held = async (): Promise<CopyState> => {
    const text = await readSealed(list, key, name);
    if (text === null) return nothing;
    const parsed = z.safeParse(copyState, JSON.parse(text.toString()));
    return parsed.success ? parsed.data : nothing;
  };
  const write = async (state: CopyState) => {
    await writeSealed(list, key, name, Buffer.from(JSON.stringify(state)));
    return state;
  };
  return {
    held,
    read: (day) => readSealed(dayPath(day), key, `${name}\n${day}`),
    async put({ day, version }, bytes) {
      await writeSealed(dayPath(day), key, `${name}\n${day}`, bytes);
      const state = await held();
      const days = state.days.filter((each) => each.day !== day);
      days.push({ day, version, bytes: bytes.length });
      await write({ ...state, days: days.sort((a, b) => a.day - b.day) });
    },
    async keep(days, syncedAt) {
      const state = await held();
      const gone = state.days.filter(({ day }) => !days.includes(day));
      const kept = await write({ syncedAt, days: state.days.filter(({ day }) => days.includes(day)) });
      for (const { day } of gone) await removeSealed(dayPath(day));
      return kept;
    },
  };
}
