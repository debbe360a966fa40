/** Brings a copy up to date: the days that are new or changed, the newest first, each checked before it counts. */

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { SiteStatus } from '../../../shared/analytics/contract.ts';
import type { CopyState } from '../../../shared/desktop/copy-contract.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { ControlClient } from '../control-client.ts';
import type { CopiedSite, CopyStore } from './copy-store.ts';

/** Of all days of a site; the oldest ones stay on the server alone. */
const copyBudget = 512 << 20;
/** A day of ten million events is below it; a server that sends more is broken or hostile. */
const mostDay = 1 << 30;

const unpack = promisify(gunzip);

export async function syncCopy(
  control: ControlClient,
  store: CopyStore,
  { app, environment, counted }: CopiedSite,
  now: number,
  onDay: (day: { day: number; bytes: number }) => void,
  signal: AbortSignal,
): Promise<CopyState> {
  const site = { app, environment, counted };
  const { partitions } = (await control.call('analytics.status', site, signal)) as SiteStatus;
  const wanted = withinBudget(partitions);
  const known = new Map((await store.held()).days.map(({ day, version }) => [day, version]));
  for (const { day, version } of wanted) {
    if (known.get(day) === version) continue;
    const pieces: Buffer[] = [];
    const result = await control.stream(
      'analytics.partition',
      { ...site, day, version },
      (event) => pieces.push(Buffer.from((event as { piece: string }).piece, 'base64')),
      signal,
    );
    const bytes = await unpack(Buffer.concat(pieces), { maxOutputLength: mostDay });
    const { sha256 } = result as { sha256: string };
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
      throw new WindlassError('failed', 'a day arrived damaged, and was not kept', {
        hint: 'It is fetched again with the next try.',
      });
    }
    await store.put({ day, version }, bytes);
    onDay({ day, bytes: bytes.length });
  }
  return store.keep(
    wanted.map(({ day }) => day),
    now,
  );
}

/** The newest days that fit together, the newest first. */
function withinBudget(partitions: SiteStatus['partitions']): SiteStatus['partitions'] {
  let sum = 0;
  return partitions
    .toSorted((a, b) => b.day - a.day)
    .filter(({ bytes }) => {
      sum += bytes;
      return sum <= copyBudget;
    });
}
