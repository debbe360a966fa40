/** Gemini's streams: whole small answers one after another, calls never cut. */

import type { AnswerEvent, StopReason, Usage } from '../../conversation/answer.ts';
import type { Conversation, Part } from '../../conversation/conversation.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import type { StreamParser, StreamRenderer } from '../dialect.ts';
import { lenient, parseStop, parseUsage, partsOf, renderPartOf, renderStop, renderUsage } from './answer.ts';
import { createCalls, parseParts } from './parts.ts';

export function streamParser(): StreamParser {
  const calls = createCalls(`call_${crypto.randomUUID()}`);
  let started = false;
  let tools = 0;
  return {
    push({ data }) {
      if (data === '' || data === '[DONE]') return [];
      const chunk: unknown = JSON.parse(data);
      if (!isObject(chunk)) return [];
      if (isObject(chunk.error)) {
        const { status, message } = chunk.error;
        return [
          {
            kind: 'error',
            type: typeof status === 'string' ? status.toLowerCase() : 'api_error',
            message: typeof message === 'string' ? message : 'the provider broke off',
          },
        ];
      }
      const events: AnswerEvent[] = [];
      if (!started) {
        started = true;
        const { responseId, modelVersion } = chunk;
        events.push({
          kind: 'start',
          id: typeof responseId === 'string' ? responseId : '',
          model: typeof modelVersion === 'string' ? modelVersion : '',
        });
      }
      for (const part of parseParts(partsOf(chunk), 'parts', calls, lenient)) {
        if (part.kind === 'tool-call') events.push(...callEvents(part, tools++));
        else events.push(...partEvents(part));
      }
      const reason = parseStop(chunk, tools > 0);
      if (reason !== null) events.push({ kind: 'stop', reason, stopSequence: null });
      const usage = parseUsage(chunk);
      if (usage !== null) events.push({ kind: 'usage', usage });
      return events;
    },
  };
}

function callEvents(part: Extract<Part, { kind: 'tool-call' }>, index: number): AnswerEvent[] {
  const { id, name, signature } = part;
  return [
    { kind: 'tool', index, id, name, ...(signature === undefined ? {} : { signature }) },
    { kind: 'tool-input', index, json: part.input },
  ];
}

function partEvents(part: Part): AnswerEvent[] {
  if (part.kind === 'text') return [{ kind: 'text', text: part.text }];
  if (part.kind !== 'thinking') return [];
  const thought: AnswerEvent[] = part.text === '' ? [] : [{ kind: 'thinking', text: part.text }];
  return part.signature === null ? thought : [...thought, { kind: 'signature', signature: part.signature }];
}

export function streamRenderer(request: Conversation): StreamRenderer {
  let id = '';
  let model = request.model;
  let usage: Usage | null = null;
  let stop: StopReason = 'end';
  let failed = false;
  const calls = new Map<number, Extract<Part, { kind: 'tool-call' }>>();
  const chunk = (parts: readonly Part[], extra: Json = {}) => {
    const content = { role: 'model', parts: parts.flatMap((part) => renderPartOf(part) ?? []) };
    const { finishReason, ...rest } = extra;
    const candidate = { content, index: 0, ...(finishReason === undefined ? {} : { finishReason }) };
    return `data: ${JSON.stringify({ candidates: [candidate], modelVersion: model, responseId: id, ...rest })}\n\n`;
  };
  return {
    push(event) {
      switch (event.kind) {
        case 'start':
          id = event.id;
          model = event.model || model;
          return '';
        case 'text':
        case 'refusal':
          return chunk([{ kind: 'text', text: event.text }]);
        case 'thinking':
          return chunk([{ kind: 'thinking', text: event.text, signature: null }]);
        case 'signature':
          return chunk([{ kind: 'thinking', text: '', signature: event.signature }]);
        case 'redacted-thinking':
          return '';
        case 'tool': {
          const { id: call, name, signature } = event;
          calls.set(event.index, {
            kind: 'tool-call',
            id: call,
            name,
            input: '',
            ...(signature === undefined ? {} : { signature }),
          });
          return '';
        }
        case 'tool-input': {
          const call = calls.get(event.index);
          if (call !== undefined) calls.set(event.index, { ...call, input: call.input + event.json });
          return '';
        }
        case 'usage':
          usage = event.usage;
          return '';
        case 'stop':
          stop = event.reason;
          return '';
        case 'error':
          failed = true;
          return `data: ${JSON.stringify({ error: { code: 500, message: event.message, status: 'INTERNAL' } })}\n\n`;
      }
    },
    end() {
      if (failed) return '';
      return chunk([...calls.values()], {
        finishReason: renderStop(stop),
        ...(usage === null ? {} : { usageMetadata: renderUsage(usage) }),
      });
    },
  };
}
