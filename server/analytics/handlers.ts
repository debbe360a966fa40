/** The methods of analytics. */

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SiteStatus } from '../../shared/analytics/contract.ts';
import type { FunnelAnswer } from '../../shared/analytics/funnel.ts';
import type { JourneysAnswer } from '../../shared/analytics/journeys.ts';
import type { PassingAnswer } from '../../shared/analytics/passing.ts';
import type { Answer } from '../../shared/analytics/query.ts';
import type { RetentionAnswer } from '../../shared/analytics/retention.ts';
import type { SiteSettings } from '../../shared/analytics/site-settings.ts';
import type { VitalsAnswer } from '../../shared/analytics/vitals.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Handlers } from '../kernel/feature.ts';
import type { Store } from '../kernel/store.ts';
import type { Asker } from './asker.ts';
import { dropsOf } from './drop-counts.ts';
import { keepDatacentres } from './keep-datacentres.ts';
import { keepPlaces } from './keep-places.ts';
import { receiveFile } from './receive-file.ts';
import type { SettingsStore } from './settings-store.ts';
import { dayFile, rollupFile, type SiteId, siteFolder } from './site-folder.ts';

export interface HandlerParts {
  readonly root: string;
  readonly now: () => number;
  readonly settings: SettingsStore;
  readonly store: Store;
  readonly asker: () => Promise<Asker>;
  readonly places: () => string | null;
  readonly placesChanged: () => void;
  readonly datacentres: () => string | null;
  readonly datacentresChanged: () => void;
}

/** Of base64: two thirds of a megabyte of the file. */
const pieceBytes = 524_288;
/** It is read as one text. */
const mostImport = 256 << 20;

export function analyticsHandlers(parts: HandlerParts): Handlers {
  const { root, now, settings, store, asker } = parts;
  const folderOf = (site: SiteId) => siteFolder(root, site);
  const held = async (site: SiteId) =>
    (await asker()).ask<SiteStatus['partitions']>(folderOf(site), { kind: 'held' });
  return {
    'analytics.ask': async ({ question, ...site }) =>
      (await asker()).ask<Answer>(folderOf(site), { kind: 'figures', question }),
    'analytics.funnel': async ({ question, ...site }) =>
      (await asker()).ask<FunnelAnswer>(folderOf(site), { kind: 'funnel', question }),
    'analytics.journeys': async ({ question, ...site }) =>
      (await asker()).ask<JourneysAnswer>(folderOf(site), { kind: 'journeys', question }),
    async 'analytics.passing'({ range, host, path, ...site }) {
      if (!existsSync(folderOf(site))) return { visits: 0, pages: [] };
      const question = { range, host, path };
      return (await asker()).ask<PassingAnswer>(folderOf(site), { kind: 'passing', question });
    },
    'analytics.retention': async ({ question, ...site }) =>
      (await asker()).ask<RetentionAnswer>(folderOf(site), { kind: 'retention', question }),
    'analytics.vitals': async ({ question, ...site }) =>
      (await asker()).ask<VitalsAnswer>(folderOf(site), { kind: 'vitals', question }),
    'analytics.status': async (site) => {
      const partitions = await held(site);
      return {
        settings: settings.of(`${site.app}/${site.environment}`),
        partitions,
        bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
        sumDays: (await import('./rollup-store.ts')).rollupDays(rollupFile(folderOf(site))),
        droppedToday: { ...noDrops, ...dropsOf(folderOf(site), now()) },
        places: parts.places() !== null,
        datacentres: parts.datacentres() !== null,
      };
    },
    'analytics.configure': ({ app, environment, settings: changes }) =>
      settings.set(app, environment, definedOf(changes)),
    'analytics.segments': async (site) => {
      const { segmentsOf } = await import('./segment-store.ts');
      return { segments: segmentsOf(store, site) };
    },
    'analytics.saveSegment': async ({ segment, ...site }) => {
      const { saveSegment, segmentsOf } = await import('./segment-store.ts');
      saveSegment(store, site, segment);
      return { segments: segmentsOf(store, site) };
    },
    'analytics.removeSegment': async ({ name, ...site }) => {
      const { removeSegment, segmentsOf } = await import('./segment-store.ts');
      removeSegment(store, site, name);
      return { segments: segmentsOf(store, site) };
    },
    'analytics.partition': async ({ day, version, ...site }, { emit, drained, signal }) => {
      const known = (await held(site)).find((partition) => partition.day === day);
      if (known?.version !== version) {
        throw new WindlassError('not-found', 'that day has changed since it was asked about', {
          hint: 'Ask for the status again.',
        });
      }
      const bytes = await Bun.file(dayFile(folderOf(site), day, 'db')).bytes();
      const packed = gzipSync(bytes, { level: 6 });
      for (let at = 0; at < packed.length && !signal.aborted; at += pieceBytes) {
        emit({ piece: packed.subarray(at, at + pieceBytes).toString('base64') });
        await drained?.();
      }
      return { sha256: new Bun.CryptoHasher('sha256').update(bytes).digest('hex') };
    },
    'analytics.import': async (site, { body }) => {
      const path = join(root, `import-${crypto.randomUUID()}.csv`);
      try {
        await receiveFile(path, body, mostImport);
        return await (await asker()).ask<{ days: number; sums: number; known: number }>(folderOf(site), {
          kind: 'import',
          path,
        });
      } finally {
        await rm(path, { force: true });
      }
    },
    'analytics.places': async (_, { body }) => {
      const found = await keepPlaces(root, body);
      parts.placesChanged();
      return found;
    },
    'analytics.datacentres': async (_, { body }) => {
      const kept = await keepDatacentres(root, body);
      parts.datacentresChanged();
      return kept;
    },
  };
}

const noDrops = { bot: 0, datacentre: 0, 'opt-out': 0, foreign: 0, flood: 0, 'left-out': 0, malformed: 0 };

function definedOf(
  changes: { [K in keyof SiteSettings]?: SiteSettings[K] | undefined },
): Partial<SiteSettings> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
