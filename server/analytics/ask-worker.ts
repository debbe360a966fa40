/** Entry of the asking Worker: reads partitions, and makes those of the last days from their journals. */

import { readFileSync } from 'node:fs';
import { answerQuestion, type OpenPartitions } from '../../shared/analytics/answer-question.ts';
import { answerFunnel } from '../../shared/analytics/funnel.ts';
import { answerJourneys } from '../../shared/analytics/journeys.ts';
import { answerPassing } from '../../shared/analytics/passing.ts';
import { answerRetention } from '../../shared/analytics/retention.ts';
import { answerVitals } from '../../shared/analytics/vitals.ts';
import { toPublicError, unreachable } from '../../shared/errors.ts';
import type { AskReply, AskRequest } from './ask-protocol.ts';
import { readExport } from './import/read-export.ts';
import { SitePartitions } from './site-partitions.ts';

declare const self: Worker;

const sites = new Map<string, SitePartitions>();

self.onmessage = (message: MessageEvent<AskRequest>) => {
  const { id } = message.data;
  try {
    reply({ id, answer: answer(message.data) });
  } catch (error) {
    reply({ id, error: toPublicError(error), cause: String(error) });
  }
};

function answer({ folder, now, asked }: AskRequest): unknown {
  let site = sites.get(folder);
  if (site === undefined) {
    site = new SitePartitions(folder);
    sites.set(folder, site);
  }
  const mine = site;
  const open: OpenPartitions = (range) => mine.open(range, now);
  switch (asked.kind) {
    case 'figures':
      return answerQuestion(open, asked.question, (range, dimension) => mine.rollups(range, dimension));
    case 'funnel':
      return answerFunnel(open, asked.question);
    case 'journeys':
      return answerJourneys(open, asked.question);
    case 'passing':
      return answerPassing(open, asked.question);
    case 'retention':
      return answerRetention(open, asked.question);
    case 'vitals':
      return answerVitals(open, asked.question);
    case 'held':
      return mine.held(now);
    case 'import':
      return mine.take(readExport(readFileSync(asked.path, 'utf8')));
    case 'tidy':
      mine.tidy(now, asked.keepDays, asked.keepSumsDays);
      return null;
    default:
      return unreachable(asked);
  }
}

function reply(value: AskReply): void {
  self.postMessage(value);
}
