/** Calls that are passed on as they are: embeddings, pictures, sound, moderation, counting. Still priced, bounded and booked. */

import { NotCarried } from '../conversation/losses.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import type { Answer } from '../door/answer.ts';
import type { CallRoom } from '../gateway.ts';
import { guard } from '../guardrails/guard.ts';
import { providers as kinds } from '../providers/registry.ts';
import { checkModel } from '../surface/check-model.ts';
import { parseBody } from '../surface/read-body.ts';
import { attemptCall } from './attempt-call.ts';
import type { AskedCall } from './chat.ts';
import { deliverAnswer } from './deliver-answer.ts';
import { modelOfForm } from './form-model.ts';
import { openCall } from './open-call.ts';
import type { ChatRequest } from './request.ts';

/** `path` is behind `/v1`, and one of those that are let through. */
export async function callOther(room: CallRoom, asked: AskedCall, path: string): Promise<Answer> {
  const bytes = asked.ask.body;
  const type = asked.ask.header('content-type') ?? 'application/json';
  const form = type.startsWith('multipart/form-data');
  const given = form ? null : parseBody(bytes.toString('utf8'));
  const model = given === null ? modelOfForm(bytes, type) : (given.model ?? usualModel(path));
  checkModel(model);
  const body = guard('openai-chat', given ?? {}, model, asked.key.limits);
  // What is sent has no output of tokens, but where a model writes (`completions`).
  const output = path === '/completions' ? (typeof body.max_tokens === 'number' ? body.max_tokens : 4096) : 0;
  const free =
    path === '/messages/count_tokens' || path === '/moderations' || path === '/responses/input_tokens';
  const call = await openCall(room, asked, {
    model,
    length: free ? 0 : bytes.length,
    worst: free ? { input: 0, output: 0 } : { input: bytes.length, output },
    cacheText: form || free ? null : bytes.toString('utf8'),
  });
  if (call.kind === 'kept') return call.answer;
  const request: ChatRequest = {
    dialect: openaiChat,
    body,
    model,
    stream: body.stream === true,
    inPath: false,
    length: bytes.length,
  };
  const result = await attemptCall(room, asked, call, (target, secret) => {
    const provider = kinds[target.provider.kind];
    const there = provider.otherPath(path);
    if (there === null) throw new NotCarried(path, target.provider.name);
    if (form && target.model !== model)
      throw new NotCarried('model', `${target.provider.name} within a form`);
    const head = room.heads.headOf(target.provider, secret, there, form ? type : 'application/json', null);
    const sent = form ? bytes : JSON.stringify({ ...body, model: target.model });
    return { origin: room.heads.originOf(target.provider), head, body: sent, translated: null };
  });
  return deliverAnswer(room, request, call, result, asked.ask.leaving);
}

/** What OpenAI takes where nothing is said. */
function usualModel(path: string): string | null {
  return path === '/moderations' ? 'omni-moderation-latest' : null;
}
