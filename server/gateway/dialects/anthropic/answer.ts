/** Whole answers of Anthropic's Messages. */

import { type Answer, noUsage, type StopReason } from '../../conversation/answer.ts';
import type { Part } from '../../conversation/conversation.ts';
import { Fields, type Json } from '../../conversation/fields.ts';
import { parseBlocks } from './blocks.ts';
import { parseUsage, renderUsage } from './usage.ts';

const reasons: Readonly<Record<string, StopReason>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool',
  pause_turn: 'pause',
  refusal: 'refusal',
};

export function parseStop(reason: unknown): StopReason {
  return (typeof reason === 'string' ? reasons[reason] : undefined) ?? 'end';
}

export function renderStop(reason: StopReason): string {
  switch (reason) {
    case 'end':
      return 'end_turn';
    case 'length':
      return 'max_tokens';
    case 'stop-sequence':
      return 'stop_sequence';
    case 'tool':
      return 'tool_use';
    case 'pause':
      return 'pause_turn';
    case 'filter':
    case 'refusal':
      return 'refusal';
  }
}

export function parseAnswer(body: Json): Answer {
  const fields = new Fields(body, '');
  const lenient = { drop: () => undefined, dropped: [] };
  const content = fields.list('content');
  if (content === null) throw fields.wrong('content', 'a list');
  return {
    id: fields.string('id') ?? '',
    model: fields.string('model') ?? '',
    parts: parseBlocks(content, 'content', lenient),
    stop: parseStop(fields.take('stop_reason')),
    stopSequence: fields.string('stop_sequence'),
    usage: parseUsage(body),
  };
}

export function renderAnswer({ id, model, parts, stop, stopSequence, usage }: Answer): Json {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: parts.flatMap((part) => renderBlock(part) ?? []),
    stop_reason: renderStop(stop),
    stop_sequence: stopSequence,
    usage: renderUsage(usage ?? noUsage),
  };
}

function renderBlock(part: Part): Json | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'tool-call':
      return { type: 'tool_use', id: part.id, name: part.name, input: inputOf(part.input) };
    case 'thinking':
      return { type: 'thinking', thinking: part.text, signature: part.signature ?? '' };
    case 'redacted-thinking':
      return { type: 'redacted_thinking', data: part.data };
    default:
      return null;
  }
}

/** A model that wrote no JSON still wrote something: it is handed on as text, for the app to see. */
function inputOf(input: string): unknown {
  if (input.trim() === '') return {};
  try {
    return JSON.parse(input);
  } catch {
    return { invalid_json: input };
  }
}
