/** Blocks of Converse's messages, to it and from it. A cache mark is a block of its own behind what it marks. */

import type { Part, Source } from '../../conversation/conversation.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import type { Losses } from '../../conversation/losses.ts';
import { parseInput } from '../../conversation/parse-input.ts';

const images: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};
const documents: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};
const sounds: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
};

export function cachePoint(cache: '5m' | '1h' | undefined): Json[] {
  return cache === undefined ? [] : [{ cachePoint: { type: 'default', ttl: cache } }];
}

/** Throws `NotCarried` for what has no place there, unless `losses` lets it go. */
export function renderBlocks(parts: readonly Part[], path: string, losses: Losses): Json[] {
  return parts.flatMap((part, index) => [
    ...renderBlock(part, `${path}[${index}]`, losses),
    ...cachePoint('cache' in part ? part.cache : undefined),
  ]);
}

function renderBlock(part: Part, path: string, losses: Losses): Json[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return [{ text: part.text }];
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') losses.drop(`${path}.detail`);
      return media('image', part.source, images, {}, `${path}.image_url`, losses);
    case 'file': {
      const name = { name: documentName(part.name) };
      return media('document', part.source, documents, name, `${path}.file`, losses);
    }
    case 'audio':
      return media(
        'audio',
        { kind: 'data', mime: part.mime, data: part.data },
        sounds,
        {},
        `${path}.input_audio`,
        losses,
      );
    case 'tool-call':
      return [
        {
          toolUse: {
            toolUseId: part.id,
            name: part.name,
            input: parseInput(part.input, `${path}.arguments`),
          },
        },
      ];
    case 'tool-result':
      return [
        {
          toolResult: {
            toolUseId: part.id,
            content: renderBlocks(part.parts, `${path}.content`, losses),
            ...(part.failed ? { status: 'error' } : {}),
          },
        },
      ];
    case 'thinking':
      if (part.signature === null) {
        losses.drop(`${path}.reasoning_content`);
        return [];
      }
      return [{ reasoningContent: { reasoningText: { text: part.text, signature: part.signature } } }];
    case 'redacted-thinking':
      return [{ reasoningContent: { redactedContent: part.data } }];
  }
}

/** Bytes, or what lies in S3; no other address is fetched there. */
function media(
  kind: 'image' | 'document' | 'audio',
  source: Source,
  formats: Readonly<Record<string, string>>,
  more: Json,
  field: string,
  losses: Losses,
): Json[] {
  const stored = source.kind === 'url';
  const end = stored ? /\.([a-z0-9]+)$/i.exec(source.url)?.[1]?.toLowerCase() : undefined;
  const format = stored
    ? Object.values(formats).find((each) => each === (end === 'jpg' ? 'jpeg' : end))
    : formats[source.mime];
  if (format === undefined || (stored && !source.url.startsWith('s3://'))) {
    losses.drop(field);
    return [];
  }
  const from = stored ? { s3Location: { uri: source.url } } : { bytes: source.data };
  return [{ [kind]: { format, ...more, source: from } }];
}

/** Letters, digits, blanks, hyphens and brackets are all that may stand in it, and it must be there. */
function documentName(name: string | undefined): string {
  const clean = (name ?? '').replace(/[^A-Za-z0-9()[\]-]+/g, ' ').trim();
  return clean === '' ? 'document' : clean.slice(0, 200);
}

/** What a model writes; blocks we do not know say nothing to us. */
export function parseBlock(block: unknown): Part[] {
  if (!isObject(block)) return [];
  const { text, toolUse, reasoningContent } = block;
  if (typeof text === 'string') return text === '' ? [] : [{ kind: 'text', text }];
  if (isObject(toolUse)) {
    const { toolUseId: id, name, input } = toolUse;
    if (typeof id !== 'string' || typeof name !== 'string') throw new Error('a tool call without a name');
    return [{ kind: 'tool-call', id, name, input: JSON.stringify(input ?? {}) }];
  }
  if (!isObject(reasoningContent)) return [];
  const { reasoningText: thought, redactedContent } = reasoningContent;
  if (typeof redactedContent === 'string') return [{ kind: 'redacted-thinking', data: redactedContent }];
  if (!isObject(thought) || typeof thought.text !== 'string') return [];
  const signature = typeof thought.signature === 'string' ? thought.signature : null;
  return [{ kind: 'thinking', text: thought.text, signature }];
}
