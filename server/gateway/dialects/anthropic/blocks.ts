/** Content blocks of Anthropic's Messages. */

import type { Part, Source } from '../../conversation/conversation.ts';
import { Fields, isObject, type Json } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';
import { parseInput } from '../../conversation/parse-input.ts';

/** `content`: a string, or a list of blocks. */
export function parseBlocks(content: unknown, path: string, losses: Losses): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw new InvalidRequest(path, `\`${path}\` must be a string or a list`);
  return content.flatMap((value, index) => {
    const fields = new Fields(value, `${path}[${index}]`);
    const part = parseBlock(fields, losses);
    if (part === null) return [];
    for (const field of fields.rest()) losses.drop(field);
    return [part];
  });
}

function parseBlock(fields: Fields, losses: Losses): Part | null {
  const type = fields.needed('type');
  switch (type) {
    case 'text': {
      const citations = fields.list('citations');
      if (citations !== null && citations.length > 0) losses.drop(fields.at('citations'));
      return { kind: 'text', text: fields.needed('text'), ...parseCache(fields) };
    }
    case 'image':
    case 'document': {
      const source = parseSource(fields, losses);
      if (source === null) return null;
      const cache = parseCache(fields);
      if (type === 'image') return { kind: 'image', source, ...cache };
      const name = fields.string('title');
      if (isObject(fields.take('citations'))) losses.drop(fields.at('citations'));
      return { kind: 'file', source, ...(name === null ? {} : { name }), ...cache };
    }
    case 'tool_use': {
      const input = fields.take('input');
      fields.take('caller');
      return {
        kind: 'tool-call',
        id: fields.needed('id'),
        name: fields.needed('name'),
        input: JSON.stringify(input ?? {}),
        ...parseCache(fields),
      };
    }
    case 'tool_result':
      return {
        kind: 'tool-result',
        id: fields.needed('tool_use_id'),
        parts: parseBlocks(fields.take('content'), fields.at('content'), losses),
        failed: fields.boolean('is_error') ?? false,
        ...parseCache(fields),
      };
    case 'thinking':
      // Blocks of providers without signatures came from us with an empty one.
      return {
        kind: 'thinking',
        text: fields.needed('thinking'),
        signature: fields.string('signature') || null,
      };
    case 'redacted_thinking':
      return { kind: 'redacted-thinking', data: fields.needed('data') };
    default:
      losses.drop(`${fields.path}.type "${type}"`);
      return null;
  }
}

function parseSource(fields: Fields, losses: Losses): Source | null {
  const source = fields.within('source');
  if (source === null) throw new InvalidRequest(fields.at('source'), `\`${fields.at('source')}\` is missing`);
  const type = source.needed('type');
  switch (type) {
    case 'url':
      return { kind: 'url', url: source.needed('url') };
    case 'base64':
      return { kind: 'data', mime: source.needed('media_type'), data: source.needed('data') };
    case 'text':
      return { kind: 'data', mime: 'text/plain', data: toBase64(source.needed('data')) };
    default:
      losses.drop(`${source.path}.type "${type}"`);
      return null;
  }
}

export function parseCache(fields: Fields): { cache?: '5m' | '1h' } {
  const control = fields.object('cache_control');
  return control === null ? {} : { cache: control.ttl === '1h' ? '1h' : '5m' };
}

export function renderCache(cache: '5m' | '1h' | undefined): Json {
  if (cache === undefined) return {};
  return { cache_control: cache === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' } };
}

export function renderBlocks(parts: readonly Part[], path: string, losses: Losses): Json[] {
  return parts.flatMap((part, index): Json[] => {
    const block = renderBlock(part, `${path}[${index}]`, losses);
    return block === null ? [] : [block];
  });
}

function renderBlock(part: Part, path: string, losses: Losses): Json | null {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text, ...renderCache(part.cache) };
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') losses.drop(`${path}.detail`);
      return { type: 'image', source: renderSource(part.source), ...renderCache(part.cache) };
    case 'file':
      return {
        type: 'document',
        source: renderSource(part.source),
        ...(part.name === undefined ? {} : { title: part.name }),
        ...renderCache(part.cache),
      };
    case 'tool-call':
      return {
        type: 'tool_use',
        id: part.id,
        name: part.name,
        input: parseInput(part.input, `${path}.arguments`),
        ...renderCache(part.cache),
      };
    case 'tool-result':
      return {
        type: 'tool_result',
        tool_use_id: part.id,
        content: renderBlocks(part.parts, `${path}.content`, losses),
        ...(part.failed ? { is_error: true } : {}),
        ...renderCache(part.cache),
      };
    case 'thinking':
      if (part.signature === null) {
        losses.drop(`${path}.reasoning_content`);
        return null;
      }
      return { type: 'thinking', thinking: part.text, signature: part.signature };
    case 'redacted-thinking':
      return { type: 'redacted_thinking', data: part.data };
    case 'audio':
      losses.drop(`${path}.input_audio`);
      return null;
    case 'refusal':
      return { type: 'text', text: part.text };
  }
}

function renderSource(source: Source): Json {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (source.mime === 'text/plain')
    return { type: 'text', media_type: 'text/plain', data: fromBase64(source.data) };
  return { type: 'base64', media_type: source.mime, data: source.data };
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function fromBase64(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8');
}
