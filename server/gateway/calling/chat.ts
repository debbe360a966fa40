/** A call of a model: checked, reserved for, sent, delivered, settled. */

import type { SnapshotKey } from '../config/snapshot.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { createLosses, type Losses } from '../conversation/losses.ts';
import type { SpokenDialect } from '../dialects/dialect.ts';
import type { Answer } from '../door/answer.ts';
import type { Ask } from '../door/ask.ts';
import type { CallRoom } from '../gateway.ts';
import { guard } from '../guardrails/guard.ts';
import { askedBound } from '../ledger/asked-bound.ts';
import { usualMaxOutput, worstCase } from '../ledger/worst-case.ts';
import { providers as kinds } from '../providers/registry.ts';
import type { Target } from '../routing/targets.ts';
import { checkModel } from '../surface/check-model.ts';
import type { Meaning } from '../surface/meaning.ts';
import { parseBody } from '../surface/read-body.ts';
import type { OutgoingRequest } from '../upstream/write-request.ts';
import { attemptCall } from './attempt-call.ts';
import { deliverAnswer } from './deliver-answer.ts';
import { openCall } from './open-call.ts';
import { type ChatRequest, conversationOf, passedBody, passesAsIs, translatedBody } from './request.ts';

export interface AskedCall {
  readonly ask: Ask;
  readonly key: SnapshotKey;
  readonly meaning: Meaning;
}

/** A request of a call, with what is needed to read its answer where it was translated. */
export interface CallRequest extends OutgoingRequest {
  readonly translated: { readonly conversation: Conversation; readonly losses: Losses } | null;
}

export async function callChat(
  room: CallRoom,
  asked: AskedCall,
  dialect: SpokenDialect,
  path: { model: string; stream: boolean } | null,
): Promise<Answer> {
  const text = asked.ask.text();
  const given = parseBody(text);
  const model = path?.model ?? given.model;
  checkModel(model);
  const { key } = asked;
  const request: ChatRequest = {
    dialect,
    body: guard(dialect.name, given, model, key.limits),
    model,
    stream: path?.stream ?? given.stream === true,
    inPath: path !== null,
    length: asked.ask.length,
  };
  const said = askedBound(dialect.name, request.body);
  const most = said ?? key.limits.maxTokens ?? usualMaxOutput;
  const worst = worstCase(request.body, request.length, most);
  const call = await openCall(room, asked, { ...request, worst, cacheText: text });
  if (call.kind === 'kept') return call.answer;

  // What nobody bounded is bounded where something depends on it.
  const bound = said === null && (call.budgeted || key.limits.maxTokens !== null) ? most : null;
  const result = await attemptCall(room, asked, call, (target, secret) =>
    requestTo(room, asked, request, target, secret, bound),
  );
  return deliverAnswer(room, request, call, result, asked.ask.leaving);
}

/** Throws `NotCarried` and `InvalidRequest` for what the target cannot be asked. */
function requestTo(
  room: CallRoom,
  { ask, key }: AskedCall,
  request: ChatRequest,
  target: Target,
  secret: string | null,
  bound: number | null,
): CallRequest {
  const { dialect, stream } = request;
  const provider = kinds[target.provider.kind];
  const asIs = passesAsIs(request, provider);
  const path = provider.chatPath(asIs ? dialect.name : provider.dialect.name, target.model, stream);
  const origin = room.heads.originOf(target.provider);
  if (asIs) {
    const body = JSON.stringify(passedBody(request, target, provider, bound));
    // Of the client's own headers only those of its dialect go on.
    const beta = provider.kind === 'anthropic' ? ask.header('anthropic-beta') : null;
    const head = room.heads.headOf(target.provider, secret, path, 'application/json', beta);
    return { origin, head, body, translated: null };
  }
  const losses = createLosses(target.provider.name, key.limits.mayDrop);
  const conversation = conversationOf(request, losses);
  const body = JSON.stringify(translatedBody(conversation, target, provider, losses, bound));
  const head = room.heads.headOf(target.provider, secret, path, 'application/json', null);
  return { origin, head, body, translated: { conversation, losses } };
}
