/** Answers of Responses: a list of items, of which a message is one. */

import type { Answer, StopReason, Usage } from '../../conversation/answer.ts';
import type { Conversation, Part } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';

export function renderUsage(usage: Usage): Json {
  const input = usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteLong;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + usage.output,
  };
}

export type Status = 'completed' | 'incomplete' | 'in_progress' | 'failed';

/** The object around the items. */
export function renderResponse(parts: {
  id: string;
  model: string;
  created: number;
  status: Status;
  reason: string | null;
  output: readonly Json[];
  usage: Usage | null;
  error: Json | null;
  request: Conversation;
}): Json {
  const { request } = parts;
  return {
    id: parts.id,
    object: 'response',
    created_at: parts.created,
    status: parts.status,
    error: parts.error,
    incomplete_details: parts.reason === null ? null : { reason: parts.reason },
    instructions: null,
    max_output_tokens: request.maxTokens,
    model: parts.model,
    output: parts.output,
    parallel_tool_calls: request.parallelTools ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: request.temperature,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: request.topP,
    truncation: 'disabled',
    usage: parts.usage === null ? null : renderUsage(parts.usage),
    user: request.user,
    metadata: {},
  };
}

export function endOf(stop: StopReason): { status: Status; reason: string | null } {
  switch (stop) {
    case 'length':
      return { status: 'incomplete', reason: 'max_output_tokens' };
    case 'filter':
      return { status: 'incomplete', reason: 'content_filter' };
    default:
      return { status: 'completed', reason: null };
  }
}

export function responseId(id: string): string {
  return id.startsWith('resp_') ? id : `resp_${id || crypto.randomUUID()}`;
}

export const textContent = (text: string): Json => ({
  type: 'output_text',
  text,
  annotations: [],
  logprobs: [],
});

export function renderAnswer(answer: Answer, request: Conversation): Json {
  const id = responseId(answer.id);
  const { status, reason } = endOf(answer.stop);
  return renderResponse({
    id,
    model: answer.model,
    created: Math.floor(Date.now() / 1000),
    status,
    reason,
    output: items(answer.parts, id),
    usage: answer.usage,
    error: null,
    request,
  });
}

function items(parts: readonly Part[], id: string): Json[] {
  const output: Json[] = [];
  const thoughts = parts.flatMap((part) => (part.kind === 'thinking' ? [part.text] : []));
  if (thoughts.length > 0) {
    output.push({
      id: `rs_${id}`,
      type: 'reasoning',
      summary: thoughts.map((text) => ({ type: 'summary_text', text })),
    });
  }
  const content = parts.flatMap((part): Json[] => {
    if (part.kind === 'text') return [textContent(part.text)];
    return part.kind === 'refusal' ? [{ type: 'refusal', refusal: part.text }] : [];
  });
  if (content.length > 0) {
    output.push({ id: `msg_${id}`, type: 'message', status: 'completed', role: 'assistant', content });
  }
  for (const part of parts) {
    if (part.kind !== 'tool-call') continue;
    output.push({
      id: `fc_${part.id}`,
      type: 'function_call',
      status: 'completed',
      call_id: part.id,
      name: part.name,
      arguments: part.input,
    });
  }
  return output;
}
