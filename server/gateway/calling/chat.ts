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
import { attemptOrSettle } from './attempt-or-settle.ts';
import { deliverAnswer } from './deliver-answer.ts';
import { openCall } from './open-call.ts';
import { type ChatRequest, conversationOf, passedBody, passesAsIs, translatedBody } from './request.ts';

export interface AskedCall {
  readonly ask: Ask;
  readonly key: SnapshotKey;
  readonly meaning: Meaning;
}

/** What was made for a target, and is needed to read its answer. */
export interface Rendered {
  readonly conversation: Conversation | null;
  readonly losses: Losses;
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

  const rendered = new Map<Target, Rendered>();
  // What nobody bounded is bounded where something depends on it.
  const bound = said === null && (call.budgeted || key.limits.maxTokens !== null) ? most : null;
  const result = await attemptOrSettle(
    call,
    room,
    call.route.targets,
    { firstTokenMs: call.route.firstTokenMs, until: room.now() + call.route.totalMs },
    asked.ask.leaving,
    (target, secret) => {
      const provider = kinds[target.provider.kind];
      const losses = createLosses(target.provider.name, key.limits.mayDrop);
      const asIs = passesAsIs(request, provider);
      const conversation = asIs ? null : conversationOf(request, losses);
      const body =
        conversation === null
          ? passedBody(request, target, provider, bound)
          : translatedBody(conversation, target, provider, losses, bound);
      rendered.set(target, { conversation, losses });
      const spokenPath = provider.chatPath(
        asIs ? dialect.name : provider.dialect.name,
        target.model,
        request.stream,
      );
      return outgoing(room, target, secret, spokenPath, JSON.stringify(body), asIs ? asked.ask : null);
    },
  );
  return deliverAnswer(room, request, call, result, rendered, asked.ask.leaving);
}

/** Of the client's own headers only those of its dialect go on. */
function outgoing(
  room: CallRoom,
  { provider }: Target,
  secret: string | null,
  path: string,
  body: string,
  from: Ask | null,
): OutgoingRequest {
  const beta = provider.kind === 'anthropic' ? (from?.header('anthropic-beta') ?? null) : null;
  const head = room.heads.headOf(provider, secret, path, 'application/json', beta);
  return { origin: room.heads.originOf(provider), head, body };
}
