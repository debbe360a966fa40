/** Input items of OpenAI's Responses. */

import { joinTurns, type Part, type TextPart, type Turn } from '../../conversation/conversation.ts';
import { sourceOf } from '../../conversation/data-url.ts';
import { Fields } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';

export function parseItems(input: unknown, losses: Losses): { instructions: TextPart[]; turns: Turn[] } {
  if (typeof input === 'string') {
    return { instructions: [], turns: [{ role: 'user', parts: [{ kind: 'text', text: input }] }] };
  }
  if (!Array.isArray(input)) throw new InvalidRequest('input', '`input` must be a string or a list');
  const instructions: TextPart[] = [];
  const turns: Turn[] = [];
  input.forEach((value, index) => {
    const fields = new Fields(value, `input[${index}]`);
    const turn = parseItem(fields, losses);
    // The provider's own marks on what it said before.
    fields.take('id');
    fields.take('status');
    for (const field of fields.rest()) losses.drop(field);
    if (turn === null) return;
    if (turn.role !== 'system') turns.push({ role: turn.role, parts: turn.parts });
    else if (turns.length > 0) losses.drop(`${fields.path}.role "system" behind the first turn`);
    else instructions.push(...turn.parts.filter((part): part is TextPart => part.kind === 'text'));
  });
  return { instructions, turns: joinTurns(turns) };
}

function parseItem(
  fields: Fields,
  losses: Losses,
): { role: 'system' | 'user' | 'assistant'; parts: Part[] } | null {
  const type = fields.string('type') ?? 'message';
  switch (type) {
    case 'message': {
      const role = fields.oneOf('role', ['user', 'assistant', 'system', 'developer'] as const) ?? 'user';
      const parts = parseContent(fields.take('content'), fields.at('content'), losses);
      return { role: role === 'developer' ? 'system' : role, parts };
    }
    case 'function_call': {
      const input = fields.needed('arguments');
      return {
        role: 'assistant',
        parts: [{ kind: 'tool-call', id: fields.needed('call_id'), name: fields.needed('name'), input }],
      };
    }
    case 'function_call_output': {
      const parts = parseContent(fields.take('output'), fields.at('output'), losses);
      return {
        role: 'user',
        parts: [{ kind: 'tool-result', id: fields.needed('call_id'), parts, failed: false }],
      };
    }
    case 'reasoning': {
      // Summaries are for people; what the model wants back is encrypted, and only OpenAI can read it.
      fields.take('summary');
      fields.take('content');
      if (fields.string('encrypted_content') !== null) losses.drop(fields.at('encrypted_content'));
      return null;
    }
    default:
      losses.drop(`${fields.path}.type "${type}"`);
      for (const field of fields.rest()) fields.take(field.slice(fields.path.length + 1));
      return null;
  }
}

function parseContent(content: unknown, path: string, losses: Losses): Part[] {
  if (content === undefined) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw new InvalidRequest(path, `\`${path}\` must be a string or a list`);
  return content.flatMap((value, index): Part[] => {
    const fields = new Fields(value, `${path}[${index}]`);
    const part = parsePart(fields, losses);
    for (const field of fields.rest()) losses.drop(field);
    return part === null ? [] : [part];
  });
}

function parsePart(fields: Fields, losses: Losses): Part | null {
  const type = fields.needed('type');
  switch (type) {
    case 'input_text':
    case 'output_text': {
      const annotations = fields.list('annotations') ?? [];
      fields.take('logprobs');
      if (annotations.length > 0) losses.drop(fields.at('annotations'));
      return { kind: 'text', text: fields.needed('text') };
    }
    case 'refusal':
      return { kind: 'refusal', text: fields.needed('refusal') };
    case 'input_image': {
      const detail = fields.oneOf('detail', ['auto', 'low', 'high'] as const);
      const url = fields.string('image_url');
      if (url === null) return null;
      return { kind: 'image', source: sourceOf(url), ...(detail === null ? {} : { detail }) };
    }
    case 'input_file': {
      const data = fields.string('file_data');
      const url = fields.string('file_url');
      const name = fields.string('filename');
      const at = data ?? url;
      return at === null ? null : { kind: 'file', source: sourceOf(at), ...(name === null ? {} : { name }) };
    }
    default:
      losses.drop(`${fields.path}.type "${type}"`);
      for (const field of fields.rest()) fields.take(field.slice(fields.path.length + 1));
      return null;
  }
}
