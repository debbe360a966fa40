/** Which of many answers were lost or wrong, given which release was live when. Pure. */

import { parseAnswer } from '../apps/release-app.ts';

/** One request as its visitor saw it. Times in ms since the epoch. */
export interface Visit {
  startedAt: number;
  endedAt: number;
  /** From the request to the end of its answer, exactly. */
  ms?: number;
  outcome: { kind: 'answered'; status: number; body: string } | { kind: 'lost'; why: string };
}

/** A release may answer from `from` on and until `to`. */
export interface Live {
  release: number;
  version: string;
  from: number;
  to: number;
}

export interface Verdict {
  requests: number;
  lost: number;
  wrong: number;
  /** The first few of both, for people. */
  examples: string[];
}

/** The clock of both sides is in whole milliseconds; a switch takes less than one more. */
const slackMs = 2;
const mostExamples = 5;

export function judge(visits: readonly Visit[], lives: readonly Live[]): Verdict {
  const verdict: Verdict = { requests: visits.length, lost: 0, wrong: 0, examples: [] };
  for (const visit of visits) {
    const fault = faultOf(visit, lives);
    if (fault === null) continue;
    verdict[visit.outcome.kind === 'lost' ? 'lost' : 'wrong']++;
    if (verdict.examples.length < mostExamples) verdict.examples.push(fault);
  }
  return verdict;
}

function faultOf({ startedAt, endedAt, outcome }: Visit, lives: readonly Live[]): string | null {
  if (outcome.kind === 'lost') return `lost after ${endedAt - startedAt} ms: ${outcome.why}`;
  if (outcome.status !== 200)
    return `answered ${outcome.status} ${JSON.stringify(outcome.body.slice(0, 80))}`;
  const answer = parseAnswer(outcome.body);
  if (answer === null) return `answered ${JSON.stringify(outcome.body.slice(0, 80))}`;
  const live = lives.some(
    ({ release, version, from, to }) =>
      release === answer.release &&
      version === answer.version &&
      from - slackMs <= endedAt &&
      startedAt <= to + slackMs,
  );
  return live ? null : `release ${answer.release} (${answer.version}) answered while it was not live`;
}
