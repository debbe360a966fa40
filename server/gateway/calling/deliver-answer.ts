/** From what a provider answered, or did not, to what the client gets. */

import type { Answer } from '../door/answer.ts';
import type { Leaving } from '../door/ask.ts';
import type { CallRoom } from '../gateway.ts';
import { providers as kinds } from '../providers/registry.ts';
import { faultAnswer } from '../surface/fault.ts';
import { answerStream, streamType } from './answer-stream.ts';
import { answerWhole } from './answer-whole.ts';
import type { Answered, Unanswered } from './attempts.ts';
import type { CallRequest } from './chat.ts';
import type { OpenCall } from './open-call.ts';
import type { ChatRequest } from './request.ts';

export function deliverAnswer(
  room: CallRoom,
  request: ChatRequest,
  call: OpenCall,
  result: Answered<CallRequest> | Unanswered,
  leaving: Leaving,
): Answer | Promise<Answer> {
  if (result.kind === 'unanswered') return refuse(room, request, call, result);
  const { target, reply, sent } = result;
  const headers: Record<string, string> = {
    'windlass-call': String(call.id),
    'windlass-provider': target.provider.name,
  };
  const dropped = sent.translated?.losses.dropped ?? [];
  if (dropped.length > 0) headers['windlass-dropped'] = dropped.join(', ');
  const type = reply.head.headers.get('content-type') ?? '';
  const { streams } = kinds[target.provider.kind].dialect;
  return type.startsWith(streamType) || (streams !== undefined && type.startsWith(streams.type))
    ? answerStream(room, request, call, result, headers)
    : answerWhole(room, request, call, result, headers, leaving);
}

function refuse(room: CallRoom, request: ChatRequest, call: OpenCall, result: Unanswered): Answer {
  const { fault, body, target, attempts, worked } = result;
  const { status } = fault.fault;
  call.settle({
    state: status === 499 ? 'cancelled' : 'failed',
    status,
    target,
    usage: null,
    worked,
    seen: 0,
    firstMs: null,
    totalMs: room.monotonic() - call.startedAt,
    attempts,
  });
  if (body === null || !kinds[body.target.provider.kind].speaks.includes(request.dialect.name)) {
    return faultAnswer(fault, request.dialect.name, call.id);
  }
  return {
    kind: 'whole',
    status,
    headers: { 'content-type': body.type, 'x-should-retry': 'false', 'windlass-call': String(call.id) },
    body: body.bytes,
  };
}
