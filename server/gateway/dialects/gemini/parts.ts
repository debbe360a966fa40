/** Parts of Gemini's contents. Calls may have no id there, so they are matched by name and order. */

import type { Part, Source, ToolCallPart, Turn } from '../../conversation/conversation.ts';
import { Fields, type Json } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';
import { parseInput } from '../../conversation/parse-input.ts';

/** Google's word for calls whose signature nobody has: those of another model. */
const noSignature = 'skip_thought_signature_validator';

/** Ids for calls without one, and the call each result belongs to. One for all contents of a request. */
export interface Calls {
  called(id: string | null, name: string): string;
  answered(id: string | null, name: string): string;
}

export function createCalls(prefix = 'call'): Calls {
  let made = 0;
  const waiting: { id: string; name: string }[] = [];
  return {
    called(id, name) {
      const call = { id: id ?? `${prefix}_${made++}`, name };
      waiting.push(call);
      return call.id;
    },
    answered(id, name) {
      const at = waiting.findIndex((call) => (id === null ? call.name === name : call.id === id));
      const [call] = at < 0 ? [] : waiting.splice(at, 1);
      return call?.id ?? id ?? `${prefix}_${made++}`;
    },
  };
}

export function parseParts(parts: readonly unknown[], path: string, calls: Calls, losses: Losses): Part[] {
  return parts.flatMap((value, index) => {
    const fields = new Fields(value, `${path}[${index}]`);
    const parsed = parsePart(fields, calls, losses);
    for (const field of fields.rest()) losses.drop(field);
    return parsed;
  });
}

function parsePart(fields: Fields, calls: Calls, losses: Losses): Part[] {
  const signature = fields.string('thoughtSignature');
  const text = fields.string('text');
  if (fields.boolean('thought') === true) return [{ kind: 'thinking', text: text ?? '', signature }];
  const call = fields.within('functionCall');
  if (call !== null) {
    const name = call.needed('name');
    const part: ToolCallPart = {
      kind: 'tool-call',
      id: calls.called(call.string('id'), name),
      name,
      input: JSON.stringify(call.object('args') ?? {}),
      ...(signature === null || signature === noSignature ? {} : { signature }),
    };
    leave(call, losses);
    return [part];
  }
  // Only with calls must it come back; elsewhere Google asks for it and does without.
  const result = fields.within('functionResponse');
  if (result !== null) return [parseResult(result, calls, losses)];
  const inline = fields.within('inlineData');
  if (inline !== null) {
    const mime = inline.needed('mimeType');
    const data = inline.needed('data');
    leave(inline, losses);
    return [
      mime.startsWith('audio/') ? { kind: 'audio', mime, data } : media(mime, { kind: 'data', mime, data }),
    ];
  }
  const file = fields.within('fileData');
  if (file !== null) {
    const source = { kind: 'url' as const, url: file.needed('fileUri') };
    const mime = file.string('mimeType') ?? 'image/*';
    leave(file, losses);
    return [media(mime, source)];
  }
  return text === null || text === '' ? [] : [{ kind: 'text', text }];
}

function media(mime: string, source: Source): Part {
  return mime.startsWith('image/') ? { kind: 'image', source } : { kind: 'file', source };
}

function parseResult(fields: Fields, calls: Calls, losses: Losses): Part {
  const id = calls.answered(fields.string('id'), fields.needed('name'));
  const response = fields.object('response') ?? {};
  leave(fields, losses);
  const failed = response.error !== undefined;
  const value = failed
    ? response.error
    : 'output' in response
      ? response.output
      : 'result' in response
        ? response.result
        : response;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { kind: 'tool-result', id, parts: text === '' ? [] : [{ kind: 'text', text }], failed };
}

function leave(fields: Fields, losses: Losses): void {
  for (const field of fields.rest()) losses.drop(field);
}

/** Names by call id, for results, which say only the id. */
export function callNames(turns: readonly Turn[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { parts } of turns) {
    for (const part of parts) if (part.kind === 'tool-call') names.set(part.id, part.name);
  }
  return names;
}

export function renderPart(
  part: Part,
  path: string,
  names: ReadonlyMap<string, string>,
  losses: Losses,
): Json | null {
  if ('cache' in part && part.cache !== undefined) losses.drop(`${path}.cache_control`);
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { text: part.text };
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') losses.drop(`${path}.detail`);
      return renderSource(part.source, 'image/*');
    case 'file':
      if (part.name !== undefined) losses.drop(`${path}.filename`);
      return renderSource(part.source, 'application/pdf');
    case 'audio':
      return { inlineData: { mimeType: part.mime, data: part.data } };
    case 'tool-call':
      return {
        functionCall: { id: part.id, name: part.name, args: parseInput(part.input, `${path}.arguments`) },
        thoughtSignature: part.signature ?? noSignature,
      };
    case 'tool-result': {
      const name = names.get(part.id);
      if (name === undefined)
        throw new InvalidRequest(path, `\`${path}\` answers a tool call that is not there`);
      const texts = part.parts.map((each, index) => {
        if (each.kind === 'text') return each.text;
        losses.drop(`${path}.content[${index}] (${each.kind})`);
        return '';
      });
      const text = texts.join('');
      return {
        functionResponse: { id: part.id, name, response: part.failed ? { error: text } : { output: text } },
      };
    }
    case 'thinking':
      if (part.signature === null) {
        losses.drop(`${path}.reasoning_content`);
        return null;
      }
      return { text: part.text, thought: true, thoughtSignature: part.signature };
    case 'redacted-thinking':
      losses.drop(`${path} (redacted_thinking)`);
      return null;
  }
}

function renderSource(source: Source, usual: string): Json {
  return source.kind === 'url'
    ? { fileData: { fileUri: source.url, mimeType: mimeOf(source.url) ?? usual } }
    : { inlineData: { mimeType: source.mime, data: source.data } };
}

const mimes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  pdf: 'application/pdf',
};

function mimeOf(url: string): string | undefined {
  const end = /\.([a-z]+)(?:[?#]|$)/i.exec(url)?.[1];
  return end === undefined ? undefined : mimes[end.toLowerCase()];
}
