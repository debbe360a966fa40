/** Takes submissions in batches of one commit each, and answers questions: what runs in the Worker, without the Worker. */

import type { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseFingerprintRules } from './grouping/fingerprint-rules.ts';
import type { Expected, Happening, Project, Stores } from './intake/context.ts';
import type { DeskOptions, Outcome, Submission } from './intake/protocol.ts';
import { readSubmission } from './intake/read-submission.ts';
import { createSpikeGuard } from './intake/spike-guard.ts';
import { takeEnvelope } from './intake/take-envelope.ts';
import { createMapStore, type MapStore } from './sourcemaps/map-store.ts';
import { type EventFiles, openEventFiles } from './store/event-files.ts';
import { EventWriter, findEvent } from './store/event-store.ts';
import { openIndexDb } from './store/index-db.ts';
import { IssueStore } from './store/issue-store.ts';
import { tidyIndex } from './store/tidy-index.ts';
import { trimIndex } from './store/trim-index.ts';

export interface Desk {
  readonly folder: string;
  readonly index: Database;
  readonly files: EventFiles;
  readonly issues: IssueStore;
  readonly maps: MapStore;
  /** All of them are on disk when it returns. In the order they were given. */
  take(batch: readonly Submission[]): { outcomes: Outcome[]; happened: (Happening | Expected)[] };
  /** Deletes what is too old or too much; answers what is over without another event. */
  tidy(now: number): Happening[];
  close(): void;
}

/** Of the budget, for index.db: under a flood of ever new issues it would take all of it. */
const indexShare = 1 / 4;
/** Between two looks at the budget: some MB at most. */
const batchesBetweenLooks = 16;

/** `fault` is told of bugs. Throws where the files cannot be opened. */
export function openDesk(options: DeskOptions, fault: (message: string, error: unknown) => void): Desk {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const index = openIndexDb(join(options.folder, 'index.db'));
  const files = openEventFiles({ ...options, folder: options.folder });
  const issues = new IssueStore(index);
  const maps = createMapStore({ index, folder: join(options.folder, 'maps') });
  const guard = createSpikeGuard(options.spikePerMinute);
  const ruled = new Map<string, Project['rules']>();
  let writer: EventWriter | null = null;
  let batches = 0;
  const keepWithinBudget = (now: number) => {
    if (trimIndex(index, options.keepBytes * indexShare)) issues.forget();
    for (const name of files.prune(now)) if (writer?.file.name === name) writer = null;
  };
  const rulesOf = (text: string) => {
    const known = ruled.get(text);
    if (known !== undefined) return known;
    if (ruled.size > 100) ruled.clear();
    const parsed = parseFingerprintRules(text);
    const rules = parsed.kind === 'rules' ? parsed.rules : [];
    ruled.set(text, rules);
    return rules;
  };
  const takeOne = (stores: Stores, submission: Submission): Outcome => {
    const read = readSubmission(submission);
    if (read.kind === 'refused') return read;
    const { project, now, release, environment } = submission;
    const base = {
      stores,
      project: { ...project, rules: rulesOf(project.rules) },
      now,
      release,
      environment,
    };
    const taken = takeEnvelope(base, read.envelope, (error) => fault('an item could not be taken in', error));
    return taken.kind === 'too-large' ? { kind: 'refused', status: 413, why: taken.why } : taken;
  };
  return {
    folder: options.folder,
    index,
    files,
    issues,
    maps,
    take(batch) {
      const happened: (Happening | Expected)[] = [];
      try {
        const now = batch[0]?.now ?? 0;
        const file = files.current(now);
        // A flood fills a file in minutes, and index.db with it: that the hour's end comes is too late to look.
        if (writer?.file.db !== file.db || ++batches % batchesBetweenLooks === 0) keepWithinBudget(now);
        if (writer?.file.db !== file.db) writer = new EventWriter(file);
        const events = writer;
        const stores: Stores = {
          index,
          issues,
          events,
          happened: (what) => happened.push(what),
          keeps: guard.keeps,
          issueOf: (event) => findEvent(files, event)?.row.issue ?? null,
          original: maps.original,
        };
        // The events first: one that nobody counted is found by its id all the same, the other way round it would lack.
        let outcomes: Outcome[] = [];
        index.transaction(() => {
          file.db.transaction(() => {
            outcomes = batch.map((submission) => takeOne(stores, submission));
            events.finish();
          })();
          issues.flush();
        })();
        happened.push(...guard.spikes(issues.tally.hourly(), index, now), ...guard.over(index, now));
        return { outcomes, happened };
      } catch (error) {
        writer?.discard();
        issues.forget();
        fault('events could not be stored', error);
        const why = 'it cannot be stored now';
        return { outcomes: batch.map(() => ({ kind: 'refused', status: 503, why })), happened: [] };
      }
    },
    tidy(now) {
      tidyIndex(index, now, options.keepDays);
      keepWithinBudget(now);
      maps.prune(now);
      return guard.over(index, now);
    },
    close() {
      maps.close();
      files.close();
      index.close();
    },
  };
}
