/** Entry of the errors Worker: submissions in batches of one commit each, and questions between them. */

import { toPublicError, unreachable, WindlassError } from '../../shared/errors.ts';
import { type Desk, openDesk } from './desk.ts';
import type { Numbered, Reply, Request } from './intake/protocol.ts';
import { answer } from './questions.ts';
import { stepBack } from './step-back.ts';

declare const self: Worker;

/** A commit costs a wait for the disk: what came while the last one was made shares the next. */
const mostOfBatch = 64;
const mostBytes = 4 * 1024 ** 2;

/** What was parsed is garbage at once, and left alone it becomes tens of MB. A collection takes some ms of little that lives. */
const collectBytes = 4 * 1024 ** 2;

let taken = 0;
let desk: Desk | null = null;
let waiting: Numbered[] = [];
/** Whether what waits is taken in a moment. */
let soon = false;

self.onmessage = (message: MessageEvent<Request>) => {
  const request = message.data;
  switch (request.kind) {
    case 'open':
      stepBack();
      desk = openDesk(request.options, (text, error) =>
        reply({ kind: 'note', level: 'error', message: text, error: String(error) }),
      );
      return;
    case 'take':
      waiting.push(...request.submissions);
      if (!soon) setTimeout(takeWaiting, 0);
      soon = true;
      return;
    case 'ask':
      takeAll();
      return ask(request);
    case 'close':
      takeAll();
      desk?.close();
      desk = null;
      reply({ kind: 'closed' });
      return;
    default:
      unreachable(request);
  }
};

function takeWaiting(): void {
  takeBatch();
  soon = waiting.length > 0;
  if (soon) setTimeout(takeWaiting, 0);
}

function takeAll(): void {
  while (waiting.length > 0) takeBatch();
}

function takeBatch(): void {
  let [count, bytes] = [0, 0];
  for (const { submission } of waiting) {
    if (count === mostOfBatch || (count > 0 && bytes > mostBytes)) break;
    bytes += submission.body.length;
    count++;
  }
  const batch = waiting.slice(0, count);
  waiting = waiting.slice(count);
  if (batch.length === 0) return;
  taken += bytes;
  const { outcomes, happened } = opened().take(batch.map(({ submission }) => submission));
  reply({
    kind: 'took',
    outcomes: outcomes.map((outcome, at) => ({ id: batch[at]?.id ?? 0, outcome: withCopies(outcome) })),
  });
  for (const what of happened) reply({ kind: 'happened', what });
  // What is kept of a body is on disk or was copied.
  for (const { submission } of batch) letGo(submission.body);
  if (taken < collectBytes) return;
  taken = 0;
  Bun.gc(true);
}

/** Frees its memory now, not when it is next collected. */
function letGo({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Views of a body would take all of it along. */
function withCopies(outcome: ReturnType<Desk['take']>['outcomes'][number]) {
  if (outcome.kind !== 'taken' || outcome.replay.length === 0) return outcome;
  return {
    ...outcome,
    replay: outcome.replay.map(({ type, payload }) => ({ type, payload: payload.slice() })),
  };
}

function ask({ id, question }: Extract<Request, { kind: 'ask' }>): void {
  try {
    reply({ kind: 'answer', id, value: answer(opened(), question) });
  } catch (error) {
    if (!(error instanceof WindlassError)) {
      reply({
        kind: 'note',
        level: 'error',
        message: `the question ${question.name} failed`,
        error: String(error),
      });
    }
    reply({ kind: 'refused', id, error: toPublicError(error) });
  }
}

function opened(): Desk {
  if (desk === null) throw new Error('the errors Worker was not opened');
  return desk;
}

function reply(value: Reply): void {
  self.postMessage(value);
}
