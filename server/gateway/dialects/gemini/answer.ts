/** Whole answers of Gemini; a chunk of its stream has the same shape. */

import type { Answer, StopReason, Usage } from '../../conversation/answer.ts';
import type { Part } from '../../conversation/conversation.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import { count } from '../openai-chat/usage.ts';
import { createCalls, parseParts } from './parts.ts';

const filtered = new Set([
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'LANGUAGE',
]);
export const lenient = { drop: () => undefined, dropped: [] };

/** Null while the answer goes on. */
export function parseStop(body: Json, calledTool: boolean): StopReason | null {
  if (isObject(body.promptFeedback) && typeof body.promptFeedback.blockReason === 'string') return 'filter';
  const reason = candidateOf(body).finishReason;
  if (typeof reason !== 'string') return null;
  if (reason === 'MAX_TOKENS') return 'length';
  if (filtered.has(reason)) return 'filter';
  return calledTool ? 'tool' : 'end';
}

export function candidateOf(body: Json): Json {
  const [candidate] = Array.isArray(body.candidates) ? body.candidates : [];
  return isObject(candidate) ? candidate : {};
}

export function partsOf(body: Json): readonly unknown[] {
  const { content } = candidateOf(body);
  return isObject(content) && Array.isArray(content.parts) ? content.parts : [];
}

export function parseUsage(body: Json): Usage | null {
  const usage = body.usageMetadata;
  if (!isObject(usage)) return null;
  const prompt = count(usage.promptTokenCount) + count(usage.toolUsePromptTokenCount);
  const cacheRead = Math.min(prompt, count(usage.cachedContentTokenCount));
  const reasoning = count(usage.thoughtsTokenCount);
  return {
    input: prompt - cacheRead,
    cacheRead,
    cacheWrite: 0,
    cacheWriteLong: 0,
    output: count(usage.candidatesTokenCount) + reasoning,
    reasoning,
  };
}

export function parseAnswer(body: Json): Answer {
  const id = typeof body.responseId === 'string' ? body.responseId : '';
  const parts = parseParts(partsOf(body), 'parts', createCalls(`call_${id || crypto.randomUUID()}`), lenient);
  const stop = parseStop(
    body,
    parts.some((part) => part.kind === 'tool-call'),
  );
  if (stop === null && parts.length === 0) throw new Error('an answer of Gemini without a candidate');
  return {
    id,
    model: typeof body.modelVersion === 'string' ? body.modelVersion : '',
    parts,
    stop: stop ?? 'end',
    stopSequence: null,
    usage: parseUsage(body),
  };
}

export function renderStop(reason: StopReason): string {
  switch (reason) {
    case 'length':
      return 'MAX_TOKENS';
    case 'filter':
    case 'refusal':
      return 'SAFETY';
    default:
      return 'STOP';
  }
}

export function renderUsage(usage: Usage): Json {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteLong;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning === 0 ? {} : { thoughtsTokenCount: usage.reasoning }),
    ...(usage.cacheRead === 0 ? {} : { cachedContentTokenCount: usage.cacheRead }),
    totalTokenCount: prompt + usage.output,
  };
}

export function renderPartOf(part: Part): Json | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { text: part.text };
    case 'thinking':
      return {
        text: part.text,
        thought: true,
        ...(part.signature === null ? {} : { thoughtSignature: part.signature }),
      };
    case 'tool-call':
      return {
        functionCall: { id: part.id, name: part.name, args: argumentsOf(part.input) },
        ...(part.signature === undefined ? {} : { thoughtSignature: part.signature }),
      };
    default:
      return null;
  }
}

function argumentsOf(input: string): unknown {
  if (input.trim() === '') return {};
  try {
    return JSON.parse(input);
  } catch {
    return { invalid_json: input };
  }
}

export function renderAnswer({ id, model, parts, stop, usage }: Answer): Json {
  return {
    candidates: [
      {
        content: { role: 'model', parts: parts.flatMap((part) => renderPartOf(part) ?? []) },
        finishReason: renderStop(stop),
        index: 0,
      },
    ],
    ...(usage === null ? {} : { usageMetadata: renderUsage(usage) }),
    modelVersion: model,
    responseId: id,
  };
}
