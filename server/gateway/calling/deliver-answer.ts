/** From what a provider answered, or did not, to what the client gets. */

import type { CallRoom } from '../gateway.ts';
import { providers as kinds } from '../providers/registry.ts';
import type { Target } from '../routing/targets.ts';
import { faultResponse } from '../surface/fault.ts';
import { answerStream, streamType } from './answer-stream.ts';
import { answerWhole } from './answer-whole.ts';
import type { Answered, Unanswered } from './attempts.ts';
import type { Rendered } from './chat.ts';
import type { OpenCall } from './open-call.ts';
import type { ChatRequest } from './request.ts';

export async function deliverAnswer(
  room: CallRoom,
  request: ChatRequest,
  call: OpenCall,
  result: Answered | Unanswered,
  rendered: ReadonlyMap<Target, Rendered>,
  signal: AbortSignal,
): Promise<Response> {
  if (result.kind === 'unanswered') return refuse(room, request, call, result);
  const { target, reply } = result;
  const made = rendered.get(target);
  const headers: Record<string, string> = {
    'windlass-call': String(call.id),
    'windlass-provider': target.provider.name,
  };
  const dropped = made?.losses.dropped ?? [];
  if (dropped.length > 0) headers['windlass-dropped'] = dropped.join(', ');
  const type = reply.head.headers.get('content-type') ?? '';
  const { streams } = kinds[target.provider.kind].dialect;
  return type.startsWith(streamType) || (streams !== undefined && type.startsWith(streams.type))
    ? answerStream(room, request, call, result, made, headers)
    : answerWhole(room, request, call, result, made, headers, signal);
}

function refuse(room: CallRoom, request: ChatRequest, call: OpenCall, result: Unanswered): Response {
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
    return faultResponse(fault, request.dialect.name, call.id);
  }
  return new Response(new Uint8Array(body.bytes), {
    status,
    headers: { 'content-type': body.type, 'x-should-retry': 'false', 'windlass-call': String(call.id) },
  });
}
