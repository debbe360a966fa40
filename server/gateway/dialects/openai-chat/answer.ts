/** Whole answers of Chat Completions. */

import type { Answer, StopReason } from '../../conversation/answer.ts';
import type { Part } from '../../conversation/conversation.ts';
import { Fields, type Json } from '../../conversation/fields.ts';
import { parseMessages } from './parse-messages.ts';
import { parseUsage, renderUsage } from './usage.ts';

const reasons: Readonly<Record<string, StopReason>> = {
  stop: 'end',
  length: 'length',
  tool_calls: 'tool',
  function_call: 'tool',
  content_filter: 'filter',
};

export function parseStop(reason: unknown): StopReason {
  return (typeof reason === 'string' ? reasons[reason] : undefined) ?? 'end';
}

export function renderStop(reason: StopReason): string {
  switch (reason) {
    case 'end':
    case 'stop-sequence':
    case 'pause':
      return 'stop';
    case 'length':
      return 'length';
    case 'tool':
      return 'tool_calls';
    case 'filter':
    case 'refusal':
      return 'content_filter';
  }
}

export function parseAnswer(body: Json): Answer {
  const fields = new Fields(body, '');
  const choice = new Fields(fields.list('choices')?.[0], 'choices[0]');
  // Answers grow fields all the time; those without meaning to the asking dialect are no loss to it.
  const lenient = { drop: () => undefined, dropped: [] };
  const { turns } = parseMessages([{ role: 'assistant', ...choice.object('message') }], lenient);
  return {
    id: fields.string('id') ?? '',
    model: fields.string('model') ?? '',
    parts: turns[0]?.parts ?? [],
    stop: parseStop(choice.take('finish_reason')),
    stopSequence: null,
    usage: parseUsage(body),
  };
}

export function renderAnswer({ id, model, parts, stop, usage }: Answer, now: () => number = Date.now): Json {
  const calls = parts.filter((part) => part.kind === 'tool-call');
  const text = textOf(parts, 'text');
  const refusal = textOf(parts, 'refusal');
  return {
    id,
    object: 'chat.completion',
    created: Math.floor(now() / 1000),
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && calls.length > 0 ? null : text,
          refusal: refusal === '' ? null : refusal,
          ...renderThinking(parts),
          ...(calls.length === 0
            ? {}
            : {
                tool_calls: calls.map((call) => ({
                  id: call.id,
                  type: 'function',
                  function: { name: call.name, arguments: call.input },
                  ...(call.signature === undefined
                    ? {}
                    : { extra_content: { google: { thought_signature: call.signature } } }),
                })),
              }),
        },
        logprobs: null,
        finish_reason: renderStop(stop),
      },
    ],
    ...(usage === null ? {} : { usage: renderUsage(usage) }),
  };
}

function textOf(parts: readonly Part[], kind: 'text' | 'refusal'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('');
}

/** For people as `reasoning_content`; with signatures as `reasoning_details` too, to be sent back with the next turn. */
function renderThinking(parts: readonly Part[]): Json {
  const thoughts = parts.filter((part) => part.kind === 'thinking' || part.kind === 'redacted-thinking');
  if (thoughts.length === 0) return {};
  return {
    reasoning_content: thoughts.map((part) => (part.kind === 'thinking' ? part.text : '')).join(''),
    ...(thoughts.every((part) => part.kind === 'thinking' && part.signature === null)
      ? {}
      : { reasoning_details: thoughts.map(renderThought) }),
  };
}

export function renderThought(part: Part): Json {
  if (part.kind === 'redacted-thinking') return { type: 'reasoning.encrypted', data: part.data };
  if (part.kind !== 'thinking') return {};
  return {
    type: 'reasoning.text',
    text: part.text,
    ...(part.signature === null ? {} : { signature: part.signature }),
  };
}
