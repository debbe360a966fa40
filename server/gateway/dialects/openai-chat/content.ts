/** Parts of a message in OpenAI's Chat Completions dialect. */

import type { Part, TextPart } from '../../conversation/conversation.ts';
import { sourceOf, urlOf } from '../../conversation/data-url.ts';
import { Fields, type Json } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';

/** `content`: a string, or a list of parts. */
export function parseContent(content: unknown, path: string, losses: Losses): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw new InvalidRequest(path, `\`${path}\` must be a string or a list`);
  return content.flatMap((value, index) => {
    const fields = new Fields(value, `${path}[${index}]`);
    const part = parsePart(fields, losses);
    for (const field of fields.rest()) losses.drop(field);
    return part;
  });
}

function parsePart(fields: Fields, losses: Losses): Part[] {
  const type = fields.needed('type');
  switch (type) {
    case 'text':
      return [{ kind: 'text', text: fields.needed('text') }];
    case 'refusal':
      return [{ kind: 'refusal', text: fields.needed('refusal') }];
    case 'image_url': {
      const image = within(fields, 'image_url');
      const detail = image.oneOf('detail', ['auto', 'low', 'high'] as const);
      const source = sourceOf(image.needed('url'));
      leave(image, losses);
      return [{ kind: 'image', source, ...(detail === null ? {} : { detail }) }];
    }
    case 'input_audio': {
      const audio = within(fields, 'input_audio');
      const format = audio.oneOf('format', ['wav', 'mp3'] as const) ?? 'wav';
      const data = audio.needed('data');
      leave(audio, losses);
      return [{ kind: 'audio', mime: `audio/${format}`, data }];
    }
    case 'file': {
      const file = within(fields, 'file');
      const data = file.string('file_data');
      const name = file.string('filename');
      leave(file, losses);
      if (data === null) return [];
      return [{ kind: 'file', source: sourceOf(data), ...(name === null ? {} : { name }) }];
    }
    default:
      losses.drop(`${fields.path}.type "${type}"`);
      for (const field of fields.rest()) fields.take(field);
      return [];
  }
}

function within(fields: Fields, name: string): Fields {
  const inner = fields.within(name);
  if (inner === null) throw new InvalidRequest(fields.at(name), `\`${fields.at(name)}\` is missing`);
  return inner;
}

function leave(fields: Fields, losses: Losses): void {
  for (const field of fields.rest()) losses.drop(field);
}

/** The text of parts that may only be text. */
export function parseText(content: unknown, path: string, losses: Losses): TextPart[] {
  return parseContent(content, path, losses).filter((part): part is TextPart => {
    if (part.kind === 'text') return true;
    losses.drop(`${path} (${part.kind})`);
    return false;
  });
}

/** A user's part; null where the dialect has no place for it and that is allowed. */
export function renderPart(part: Part, path: string, losses: Losses): Json | null {
  if ('cache' in part && part.cache !== undefined) losses.drop(`${path}.cache_control`);
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return {
        type: 'image_url',
        image_url: { url: urlOf(part.source), ...(part.detail === undefined ? {} : { detail: part.detail }) },
      };
    case 'audio':
      return {
        type: 'input_audio',
        input_audio: { data: part.data, format: part.mime.replace(/^audio\/(x-)?/, '') },
      };
    case 'file':
      if (part.source.kind === 'url') {
        losses.drop(`${path}.source.url`);
        return null;
      }
      return { type: 'file', file: { filename: part.name ?? 'document.pdf', file_data: urlOf(part.source) } };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    default:
      losses.drop(`${path} (${part.kind})`);
      return null;
  }
}

/** A string where text is all there is, for that is what every provider of this dialect understands. */
export function renderContent(parts: readonly Part[], path: string, losses: Losses): string | Json[] {
  const rendered = parts.flatMap((part, index): Json[] => {
    const each = renderPart(part, `${path}[${index}]`, losses);
    return each === null ? [] : [each];
  });
  const [only] = rendered;
  if (rendered.length === 1 && only?.type === 'text') return String(only.text);
  return rendered;
}
