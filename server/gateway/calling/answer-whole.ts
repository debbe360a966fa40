/** An answer in one piece. */

import { isObject } from '../conversation/fields.ts';
import type { WholeAnswer } from '../door/answer.ts';
import type { Leaving } from '../door/ask.ts';
import type { CallRoom } from '../gateway.ts';
import { providers as kinds } from '../providers/registry.ts';
import { usageIn } from '../stream/usage-in.ts';
import { CallFault } from '../surface/fault.ts';
import type { Answered } from './attempts.ts';
import type { CallRequest } from './chat.ts';
import { keepAnswer } from './keep-answer.ts';
import type { OpenCall } from './open-call.ts';
import { type Reply, wholeBody } from './reply.ts';
import type { ChatRequest } from './request.ts';

const most = 64 * 1024 * 1024;
/** Of an answer as JSON, where the provider did not count. */
const bytesPerToken = 8;

/** Throws or rejects with `CallFault` where it broke off, is too long or makes no sense; the call is settled either way. */
export function answerWhole(
  room: CallRoom,
  request: ChatRequest,
  call: OpenCall,
  answered: Answered<CallRequest>,
  headers: Record<string, string>,
  leaving: Leaving,
): WholeAnswer | Promise<WholeAnswer> {
  const { reply, target, attempts, sent } = answered;
  const firstMs = room.monotonic() - call.startedAt;
  const ending = () => ({
    target,
    attempts,
    firstMs,
    worked: true,
    totalMs: room.monotonic() - call.startedAt,
  });
  const fail = (why: string, length: number): CallFault => {
    const gone = leaving.left;
    const seen = Math.ceil(length / bytesPerToken);
    call.settle({
      ...ending(),
      state: gone ? 'cancelled' : 'failed',
      status: gone ? 499 : 502,
      usage: null,
      seen,
    });
    return new CallFault(502, 'provider_error', why);
  };

  const { dialect } = kinds[target.provider.kind];
  const conversation = sent.translated?.conversation ?? null;
  const read = (body: Buffer | null): WholeAnswer => {
    if (body === null) throw fail('the answer is too long', most);
    const seen = Math.ceil(body.length / bytesPerToken);
    if (conversation === null) {
      const word = request.dialect.name === 'gemini' ? 'usageMetadata' : 'usage';
      const usage = usageIn(body, word, (json) => dialect.usage(json));
      call.settle({ ...ending(), state: 'done', status: 200, usage, seen });
      const type = reply.head.headers.get('content-type') ?? 'application/json';
      return finish(room, request, call, body, type, headers);
    }
    let answer: Buffer;
    try {
      const json: unknown = JSON.parse(body.toString('utf8'));
      if (!isObject(json)) throw new Error('it is no JSON object');
      const parsed = dialect.parseAnswer(json);
      answer = Buffer.from(JSON.stringify(request.dialect.renderAnswer(parsed, conversation)), 'utf8');
      call.settle({ ...ending(), state: 'done', status: 200, usage: parsed.usage, seen });
    } catch (error) {
      throw fail(`the answer makes no sense: ${textOf(error)}`, body.length);
    }
    return finish(room, request, call, answer, 'application/json', headers);
  };
  const { whole } = reply;
  if (whole !== null) return read(whole);
  return readWhole(room, reply, call, leaving).then(read, (error: unknown) => {
    throw fail(`the answer broke off: ${textOf(error)}`, 0);
  });
}

function finish(
  room: CallRoom,
  request: ChatRequest,
  call: OpenCall,
  answer: Buffer,
  type: string,
  headers: Record<string, string>,
): WholeAnswer {
  if (call.cache !== null || call.keepsText)
    keepAnswer(room, call, JSON.stringify(request.body), answer, type);
  headers['content-type'] = type;
  return { kind: 'whole', status: 200, headers, body: answer };
}

export function readWhole(
  room: CallRoom,
  reply: Reply,
  call: OpenCall,
  leaving: Leaving,
): Promise<Buffer | null> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (why: string) => {
    reply.cancel();
    reject(new Error(why));
  };
  const deadline = room.deadlines.in(call.route.totalMs, () => end('it took too long in all'));
  leaving.hear(() => end('the client went away'));
  return Promise.race([wholeBody(reply, most), promise]).finally(() => {
    room.deadlines.drop(deadline);
    leaving.forget();
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
