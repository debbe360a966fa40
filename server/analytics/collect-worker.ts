/** Entry of the collecting Worker: all that an event costs beyond its request happens here. */

import { readFileSync } from 'node:fs';
import { visitIdleMs } from '../../shared/analytics/build-partition.ts';
import { unreachable } from '../../shared/errors.ts';
import { Collector } from './collect.ts';
import type { ArrivedText, CollectReply, CollectRequest } from './collect-protocol.ts';
import { readDatacentres } from './datacentres.ts';
import { DropCounts } from './drop-counts.ts';
import { Journals } from './journal.ts';
import { openPlaces } from './places.ts';
import { recentHits } from './recent-hits.ts';
import { siteFolder } from './site-folder.ts';
import type { Arrived } from './understand.ts';

declare const self: Worker;

const drops = new DropCounts();
const journals = new Journals((error) => note('error', 'hits cannot be brought to disk', error));
let collector: Collector | null = null;

self.onmessage = (message: MessageEvent<CollectRequest | ArrivedText>) => {
  const request = message.data;
  if (typeof request === 'string') {
    reply({ kind: 'outcomes', outcomes: opened().collect(JSON.parse(request) as Arrived[]) });
    return;
  }
  switch (request.kind) {
    case 'open':
      collector = new Collector({
        root: request.root,
        journals,
        onDropped: ({ app, environment, dialect, at }, reason) => {
          const counted = dialect === 'served' ? 'served' : 'script';
          drops.add(siteFolder(request.root, { app, environment, counted }), reason, at);
        },
        onFailed: (error) => note('error', 'hits cannot be written', error),
      });
      readPlaces(request.places);
      readCentres(request.datacentres);
      collector.remember(recentHits(request.root, request.now, visitIdleMs));
      return;
    case 'salts':
      opened().salts = request.salts;
      return;
    case 'places':
      readPlaces(request.path);
      return;
    case 'datacentres':
      readCentres(request.path);
      return;
    case 'close':
      journals.close();
      drops.write();
      reply({ kind: 'closed' });
      return;
    default:
      unreachable(request);
  }
};

function readPlaces(path: string | null): void {
  const { understanding } = opened();
  understanding.places = null;
  if (path === null) return;
  try {
    understanding.places = openPlaces(path).places;
  } catch (error) {
    note('warn', 'the database of places cannot be read', error);
  }
}

function readCentres(path: string | null): void {
  const { understanding } = opened();
  understanding.datacentres = null;
  if (path === null) return;
  try {
    understanding.datacentres = readDatacentres(readFileSync(path, 'utf8'));
  } catch (error) {
    note('warn', 'the list of datacentres cannot be read', error);
  }
}

function opened(): Collector {
  if (collector === null) throw new Error('the collecting Worker was not opened');
  return collector;
}

function note(level: 'warn' | 'error', message: string, error: unknown): void {
  reply({ kind: 'note', level, message, error: String(error) });
}

function reply(value: CollectReply): void {
  self.postMessage(value);
}
