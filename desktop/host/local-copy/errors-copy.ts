/** The latest issues of an app, sealed on this computer: a list, and the newest event of each in a file of its own. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type CopiedIssue, copiedIssue } from '../../../shared/desktop/errors-copy-contract.ts';
import {
  type EventDetails,
  type EventHead,
  eventDetails,
  type Issue,
  type IssueDetails,
} from '../../../shared/errors/contract.ts';
import { toPublicError, WindlassError } from '../../../shared/errors.ts';
import type { ControlClient } from '../control-client.ts';
import type { HostHandlers } from '../handlers.ts';
import { hashed, serverFolder } from './copy-store.ts';
import type { CopyParts } from './handlers.ts';
import { readSealed, removeSealed, writeSealed } from './sealed-file.ts';

const mostIssues = 50;
const mostHeads = 20;
/** An event beyond it is not copied: together they stay below 25 MB an app. */
const mostEvent = 512 * 1024;

const list = z.object({ syncedAt: z.number(), issues: z.array(copiedIssue) });
type List = z.infer<typeof list>;

export function errorsCopyHandlers({ folder, key, control, now }: CopyParts) {
  const storeOf = async (id: string, app: string) => openStore(folder, await key(), id, app);
  return {
    'errorsCopy.sync': async ({ id, app }, { signal }) => {
      const store = await storeOf(id, app);
      const synced = await sync(control(id), store, app, now(), signal);
      return { syncedAt: synced.syncedAt, issues: synced.issues.length };
    },
    'errorsCopy.issues': async ({ id, app }) =>
      (await (await storeOf(id, app)).list()) ?? { syncedAt: null, issues: [] },
    'errorsCopy.event': async ({ id, app, event }) => {
      const found = await (await storeOf(id, app)).event(event);
      if (found !== null) return found;
      throw new WindlassError('not-found', 'this event was not copied to this computer', {
        hint: 'Of each issue the newest event is; connect to the server for the others.',
      });
    },
  } satisfies Pick<HostHandlers, 'errorsCopy.sync' | 'errorsCopy.issues' | 'errorsCopy.event'>;
}

interface Store {
  list(): Promise<List | null>;
  event(id: string): Promise<EventDetails | null>;
  putEvent(event: EventDetails): Promise<void>;
  /** In place of the former list; events that no issue of it has go. */
  putList(list: List): Promise<void>;
}

function openStore(root: string, key: Buffer, server: string, app: string): Store {
  const name = `errors\n${server}\n${app}`;
  const folder = join(serverFolder(root, server), hashed(name));
  const listPath = join(folder, 'list');
  const read = async <T>(path: string, sealedAs: string, shape: z.ZodMiniType<T>): Promise<T | null> => {
    const text = await readSealed(path, key, sealedAs);
    const parsed = text === null ? null : z.safeParse(shape, JSON.parse(text.toString()));
    return parsed?.success === true ? parsed.data : null;
  };
  return {
    list: () => read(listPath, name, list),
    event: (id) => read(join(folder, id), `${name}\n${id}`, eventDetails),
    putEvent: (event) => {
      const { id } = event.head;
      return writeSealed(join(folder, id), key, `${name}\n${id}`, Buffer.from(JSON.stringify(event)));
    },
    async putList(next) {
      await writeSealed(listPath, key, name, Buffer.from(JSON.stringify(next)));
      const kept = new Set(next.issues.flatMap(({ events }) => events[0]?.id ?? []));
      for (const file of await readdir(folder)) {
        if (/^[0-9a-f]{32}$/.test(file) && !kept.has(file)) await removeSealed(join(folder, file));
      }
    },
  };
}

/** What did not change is not fetched again. The list is written last: a cut leaves the former one in force. */
async function sync(
  control: ControlClient,
  store: Store,
  app: string,
  now: number,
  signal: AbortSignal,
): Promise<List> {
  const { issues } = (await control.call(
    'issues.list',
    { app, state: 'all', sort: 'last', limit: mostIssues },
    signal,
  )) as { issues: Issue[] };
  const former = new Map((await store.list())?.issues.map((each) => [each.details.id, each]));
  const copied: CopiedIssue[] = [];
  for (const issue of issues) {
    const known = former.get(issue.id);
    copied.push(
      known !== undefined && isSame(known.details, issue)
        ? known
        : await fetchIssue(control, store, issue.id, signal),
    );
  }
  const next = { syncedAt: now, issues: copied };
  await store.putList(next);
  return next;
}

const isSame = (known: Issue, issue: Issue): boolean =>
  known.lastAt === issue.lastAt &&
  known.events === issue.events &&
  known.assignee === issue.assignee &&
  JSON.stringify(known.state) === JSON.stringify(issue.state);

async function fetchIssue(
  control: ControlClient,
  store: Store,
  id: number,
  signal: AbortSignal,
): Promise<CopiedIssue> {
  const details = (await control.call('issues.get', { id }, signal)) as IssueDetails;
  const { events } = (await control.call('events.list', { issue: id, limit: mostHeads }, signal)) as {
    events: EventHead[];
  };
  const [newest] = events;
  if (newest !== undefined) {
    const event = await control.call('events.get', { id: newest.id }, signal).then(
      (found) => found as EventDetails,
      (error: unknown) => {
        // It may be past its days since the list was made.
        if (toPublicError(error).code === 'not-found') return null;
        throw error;
      },
    );
    if (event !== null && event.payload.length <= mostEvent) await store.putEvent(event);
  }
  return { details, events };
}
