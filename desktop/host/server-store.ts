/** The servers a person added, in one JSON file that is replaced as a whole. Never holds a secret. */

import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { type Server, server } from '../../shared/desktop/address.ts';
import { WindlassError } from '../../shared/errors.ts';

const file = z.object({ version: z.literal(1), servers: z.array(server) });

export interface ServerStore {
  all(): readonly Server[];
  /** Throws `not-found`. */
  get(id: string): Server;
  put(server: Server): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Throws `failed` where the file is there and cannot be understood: it is never overwritten then. */
export async function openServerStore(path: string): Promise<ServerStore> {
  let entries = await load(path);
  let saving: Promise<void> = Promise.resolve();
  const save = (next: Server[]) => {
    entries = next;
    const done = saving.then(() => replace(path, JSON.stringify({ version: 1, servers: next }, null, 2)));
    saving = done.catch(() => undefined);
    return done;
  };
  return {
    all: () => entries,
    get(id) {
      const found = entries.find((each) => each.id === id);
      if (found === undefined) {
        throw new WindlassError('not-found', 'there is no such server', { hint: 'Add it again.' });
      }
      return found;
    },
    put: (next) =>
      save(
        entries.some(({ id }) => id === next.id)
          ? entries.map((each) => (each.id === next.id ? next : each))
          : [...entries, next],
      ),
    remove: (id) => save(entries.filter((each) => each.id !== id)),
  };
}

async function load(path: string): Promise<Server[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (Object(error).code === 'ENOENT') return [];
    throw new WindlassError('failed', `${path} cannot be read`, {
      hint: 'Check its permissions.',
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const parsed = file.safeParse(value);
  if (parsed.success) return parsed.data.servers;
  throw new WindlassError('failed', `${path} is damaged`, {
    hint: 'Move it aside to start anew; the servers themselves are untouched.',
    cause: parsed.error,
  });
}

/** After a crash the file is the old or the new one, never half of either. */
async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, path);
}
