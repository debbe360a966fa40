/** Messages of a Chat Completions request. */

import {
  joinTurns,
  type Part,
  type TextPart,
  type ToolCallPart,
  type Turn,
} from '../../conversation/conversation.ts';
import { Fields, isObject } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';
import { parseContent, parseText } from './content.ts';

export function parseMessages(
  messages: readonly unknown[],
  losses: Losses,
): { instructions: TextPart[]; turns: Turn[] } {
  const instructions: TextPart[] = [];
  const turns: Turn[] = [];
  messages.forEach((value, index) => {
    const fields = new Fields(value, `messages[${index}]`);
    const role = fields.needed('role');
    const content = fields.take('content');
    const path = fields.at('content');
    switch (role) {
      case 'system':
      case 'developer':
        // Only at the head do all dialects mean the same by it.
        if (turns.length > 0) losses.drop(`${fields.path}.role "${role}" behind the first turn`);
        else instructions.push(...parseText(content, path, losses));
        break;
      case 'user':
        turns.push({ role: 'user', parts: parseContent(content, path, losses) });
        break;
      case 'assistant':
        turns.push({ role: 'assistant', parts: parseAssistant(fields, content, losses) });
        break;
      case 'tool': {
        const parts = parseContent(content, path, losses);
        const id = fields.needed('tool_call_id');
        turns.push({ role: 'user', parts: [{ kind: 'tool-result', id, parts, failed: false }] });
        break;
      }
      default:
        throw new InvalidRequest(
          fields.at('role'),
          `\`${fields.at('role')}\` is none of system, developer, user, assistant, tool`,
        );
    }
    for (const field of fields.rest()) losses.drop(field);
  });
  return { instructions, turns: joinTurns(turns) };
}

function parseAssistant(fields: Fields, content: unknown, losses: Losses): Part[] {
  const parts = [...parseThinking(fields, losses), ...parseContent(content, fields.at('content'), losses)];
  const refusal = fields.string('refusal');
  if (refusal !== null) parts.push({ kind: 'refusal', text: refusal });
  (fields.list('tool_calls') ?? []).forEach((value, index) => {
    parts.push(parseToolCall(new Fields(value, `${fields.at('tool_calls')}[${index}]`), losses));
  });
  const annotations = fields.list('annotations');
  if (annotations !== null && annotations.length > 0) losses.drop(fields.at('annotations'));
  return parts;
}

/** `reasoning_content` (DeepSeek, vLLM) and `reasoning_details` (OpenRouter), which also carries signatures. */
function parseThinking(fields: Fields, losses: Losses): Part[] {
  const text = fields.string('reasoning_content');
  const details = fields.list('reasoning_details');
  if (details === null)
    return text === null || text === '' ? [] : [{ kind: 'thinking', text, signature: null }];
  return details.map((value, index): Part => {
    const detail = new Fields(value, `${fields.at('reasoning_details')}[${index}]`);
    const type = detail.needed('type');
    const part: Part =
      type === 'reasoning.encrypted'
        ? { kind: 'redacted-thinking', data: detail.needed('data') }
        : { kind: 'thinking', text: detail.needed('text'), signature: detail.string('signature') };
    for (const field of detail.rest()) losses.drop(field);
    return part;
  });
}

function parseToolCall(fields: Fields, losses: Losses): ToolCallPart {
  const type = fields.string('type') ?? 'function';
  if (type !== 'function') losses.drop(`${fields.path}.type "${type}"`);
  const id = fields.needed('id');
  const called = fields.within('function');
  if (called === null)
    throw new InvalidRequest(fields.at('function'), `\`${fields.at('function')}\` is missing`);
  const name = called.needed('name');
  const input = called.string('arguments') ?? '';
  const extra = fields.object('extra_content');
  const google = isObject(extra?.google) ? extra.google.thought_signature : undefined;
  fields.take('index');
  for (const field of [...called.rest(), ...fields.rest()]) losses.drop(field);
  return { kind: 'tool-call', id, name, input, ...(typeof google === 'string' ? { signature: google } : {}) };
}
