/** An answer as the named, numbered events of a streamed response. */

import type { AnswerEvent, StopReason, Usage } from '../../conversation/answer.ts';
import type { Conversation } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';
import type { StreamRenderer } from '../dialect.ts';
import { endOf, renderResponse, responseId, type Status, textContent } from './answer.ts';

interface OpenItem {
  readonly kind: 'text' | 'refusal' | 'thinking' | 'tool';
  readonly id: string;
  text: string;
  readonly call: { id: string; name: string; index: number } | null;
}

export function streamRenderer(request: Conversation, now: () => number = Date.now): StreamRenderer {
  const created = Math.floor(now() / 1000);
  const output: Json[] = [];
  let id = responseId('');
  let model = request.model;
  let number = 0;
  let item: OpenItem | null = null;
  let usage: Usage | null = null;
  let stop: StopReason = 'end';
  let failed = false;

  const send = (type: string, fields: Json) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`;
  const response = (status: Status, reason: string | null = null, error: Json | null = null) =>
    renderResponse({ id, model, created, status, reason, output, usage, error, request });
  const place = () => ({ item_id: item?.id, output_index: output.length });

  const open = (next: OpenItem): string => {
    const before = close();
    item = next;
    const added = send('response.output_item.added', {
      output_index: output.length,
      item: shape(next, 'in_progress'),
    });
    if (next.kind === 'tool') return before + added;
    if (next.kind === 'thinking') {
      return (
        before +
        added +
        send('response.reasoning_summary_part.added', {
          ...place(),
          summary_index: 0,
          part: { type: 'summary_text', text: '' },
        })
      );
    }
    const part = next.kind === 'text' ? textContent('') : { type: 'refusal', refusal: '' };
    return before + added + send('response.content_part.added', { ...place(), content_index: 0, part });
  };

  const close = (): string => {
    if (item === null) return '';
    const { kind, text, call } = item;
    let sent = '';
    switch (kind) {
      case 'tool':
        sent += send('response.function_call_arguments.done', {
          ...place(),
          name: call?.name,
          arguments: text,
        });
        break;
      case 'thinking':
        sent += send('response.reasoning_summary_text.done', { ...place(), summary_index: 0, text });
        sent += send('response.reasoning_summary_part.done', {
          ...place(),
          summary_index: 0,
          part: { type: 'summary_text', text },
        });
        break;
      case 'text':
        sent += send('response.output_text.done', { ...place(), content_index: 0, text, logprobs: [] });
        sent += send('response.content_part.done', { ...place(), content_index: 0, part: textContent(text) });
        break;
      case 'refusal':
        sent += send('response.refusal.done', { ...place(), content_index: 0, refusal: text });
        sent += send('response.content_part.done', {
          ...place(),
          content_index: 0,
          part: { type: 'refusal', refusal: text },
        });
    }
    const done = shape(item, 'completed');
    sent += send('response.output_item.done', { output_index: output.length, item: done });
    output.push(done);
    item = null;
    return sent;
  };

  const text = (kind: 'text' | 'refusal' | 'thinking', more: string): string => {
    const prefix = { text: 'msg', refusal: 'msg', thinking: 'rs' }[kind];
    const opened =
      item?.kind === kind ? '' : open({ kind, id: `${prefix}_${id}_${output.length}`, text: '', call: null });
    if (item !== null) item.text += more;
    const events = {
      text: 'response.output_text.delta',
      refusal: 'response.refusal.delta',
      thinking: 'response.reasoning_summary_text.delta',
    };
    const at = kind === 'thinking' ? { summary_index: 0 } : { content_index: 0 };
    return (
      opened +
      send(events[kind], { ...place(), ...at, delta: more, ...(kind === 'text' ? { logprobs: [] } : {}) })
    );
  };

  return {
    push(event: AnswerEvent) {
      switch (event.kind) {
        case 'start':
          id = responseId(event.id);
          model = event.model || model;
          return (
            send('response.created', { response: response('in_progress') }) +
            send('response.in_progress', { response: response('in_progress') })
          );
        case 'text':
        case 'refusal':
        case 'thinking':
          return text(event.kind, event.text);
        case 'signature':
        case 'redacted-thinking':
          return '';
        case 'tool':
          return open({
            kind: 'tool',
            id: `fc_${event.id}`,
            text: '',
            call: { id: event.id, name: event.name, index: event.index },
          });
        case 'tool-input':
          if (item?.call?.index !== event.index) {
            failed = true;
            return send('error', {
              code: 'api_error',
              message: 'the provider wrote two tool calls at once',
              param: null,
            });
          }
          item.text += event.json;
          return send('response.function_call_arguments.delta', { ...place(), delta: event.json });
        case 'usage':
          usage = event.usage;
          return '';
        case 'stop':
          stop = event.reason;
          return '';
        case 'error':
          failed = true;
          return send('error', { code: event.type, message: event.message, param: null });
      }
    },
    end() {
      if (failed) return '';
      const closed = close();
      const { status, reason } = endOf(stop);
      return closed + send(`response.${status}`, { response: response(status, reason) });
    },
  };
}

function shape({ kind, id, text, call }: OpenItem, status: 'in_progress' | 'completed'): Json {
  switch (kind) {
    case 'tool':
      return { id, type: 'function_call', status, call_id: call?.id, name: call?.name, arguments: text };
    case 'thinking':
      return { id, type: 'reasoning', summary: text === '' ? [] : [{ type: 'summary_text', text }] };
    case 'text':
    case 'refusal': {
      const part = kind === 'text' ? textContent(text) : { type: 'refusal', refusal: text };
      return { id, type: 'message', status, role: 'assistant', content: text === '' ? [] : [part] };
    }
  }
}
