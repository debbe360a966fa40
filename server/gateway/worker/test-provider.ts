/** One token of a model, to see whether a provider works: outside of routes and keys, but in its own words. */

import { WindlassError } from '../../../shared/errors.ts';
import { errorText } from '../calling/error-text.ts';
import { ask, wholeBody } from '../calling/reply.ts';
import { createLosses } from '../conversation/losses.ts';
import type { CallRoom } from '../gateway.ts';
import { providers as kinds } from '../providers/registry.ts';

const waitMs = 30_000;
const mostTokens = 16;

export async function testProvider(
  room: CallRoom,
  { name, model }: { name: string; model: string },
): Promise<{ ok: boolean; status: number; ms: number; message: string }> {
  const provider = room.snapshot.providers.find((each) => each.name === name);
  if (provider === undefined) throw new WindlassError('not-found', `there is no provider ${name}`);
  const kind = kinds[provider.kind];
  const conversation = {
    model,
    instructions: [],
    turns: [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: 'Say yes.' }] }],
    tools: [],
    toolChoice: null,
    parallelTools: null,
    maxTokens: mostTokens,
    temperature: null,
    topP: null,
    topK: null,
    stop: [],
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    format: { kind: 'text' as const },
    thinking: null,
    user: null,
    stream: false,
    streamUsage: false,
  };
  const rendered = kind.dialect.renderRequest(conversation, createLosses(name));
  const origin = room.heads.originOf(provider);
  const path = kind.chatPath(kind.dialect.name, model, false);
  const head = room.heads.headOf(provider, provider.secrets[0] ?? null, path, 'application/json', null);
  const body = JSON.stringify(kind.adapt?.(rendered) ?? rendered);
  const from = room.monotonic();
  const reply = await ask(room.pool, room.deadlines, { origin, head, body }, waitMs).reply;
  const ms = () => Math.round(room.monotonic() - from);
  if (reply.kind === 'silent') return { ok: false, status: 0, ms: ms(), message: reply.why };
  const { status } = reply.head;
  const bytes = await wholeBody(reply, 64 * 1024).catch(() => null);
  if (status === 200) return { ok: true, status, ms: ms(), message: 'it answers' };
  return { ok: false, status, ms: ms(), message: errorText(bytes) ?? `it answered ${status}` };
}
