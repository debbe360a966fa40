/** A streamed answer: as it came where nothing is to be said otherwise, translated where it is. */

import type { Usage } from '../conversation/answer.ts';
import type { StreamAnswer } from '../door/answer.ts';
import type { CallRoom } from '../gateway.ts';
import { providers as kinds } from '../providers/registry.ts';
import { createMeter } from '../stream/meter.ts';
import { faultDialect } from '../surface/fault.ts';
import type { Answered } from './attempts.ts';
import type { CallRequest } from './chat.ts';
import { Delivery, type Passage } from './deliver.ts';
import { keepAnswer, remembering } from './keep-answer.ts';
import type { OpenCall } from './open-call.ts';
import { type ChatRequest, wantsUsage } from './request.ts';
import { translate } from './translate.ts';

export const streamType = 'text/event-stream';

export function answerStream(
  room: CallRoom,
  request: ChatRequest,
  call: OpenCall,
  { reply, target, attempts, sent }: Answered<CallRequest>,
  headers: Record<string, string>,
): StreamAnswer {
  const firstMs = room.monotonic() - call.startedAt;
  const conversation = sent.translated?.conversation ?? null;
  const made =
    conversation === null
      ? passing(request)
      : translate(kinds[target.provider.kind].dialect, request.dialect, conversation);
  const { passage, whole } = remembering(call, made);
  const deadline = room.deadlines.in(call.route.totalMs - firstMs, () =>
    source.stop('it took too long in all'),
  );
  const source = new Delivery(reply, passage, (how) => {
    room.deadlines.drop(deadline);
    const failed = how.kind === 'broken' || (how.kind === 'whole' && made.error !== null);
    const state = how.kind === 'cancelled' ? 'cancelled' : failed ? 'failed' : 'done';
    call.settle({
      state,
      status: state === 'cancelled' ? 499 : 200,
      target,
      usage: made.usage,
      worked: true,
      seen: made.guess,
      firstMs,
      totalMs: room.monotonic() - call.startedAt,
      attempts,
    });
    const answer = state === 'done' ? whole() : null;
    if (answer !== null && answer.length > 0) {
      keepAnswer(room, call, JSON.stringify(request.body), answer, streamType);
    }
  });
  headers['content-type'] = `${streamType}; charset=utf-8`;
  headers['cache-control'] = 'no-cache';
  // For proxies in front: nothing of it may wait.
  headers['x-accel-buffering'] = 'no';
  return { kind: 'stream', headers, source };
}

interface Passing extends Passage {
  readonly usage: Usage | null;
  readonly guess: number;
  readonly error: string | null;
}

/** Nothing is read but where usage stands. */
function passing(request: ChatRequest): Passing {
  const { name } = request.dialect;
  const meter = createMeter(name, !wantsUsage(request));
  const fault = (why: string) => ({
    status: 502,
    type: 'provider_error',
    message: `the stream broke off: ${why}`,
    field: null,
  });
  return {
    push: (bytes) => meter.push(bytes),
    end: () => meter.rest(),
    broken: (why) => Buffer.from(faultDialect(name).streamFault(fault(why))),
    get usage() {
      return meter.usage;
    },
    get guess() {
      return meter.guess;
    },
    error: null,
  };
}
