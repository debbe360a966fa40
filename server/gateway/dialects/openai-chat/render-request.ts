/** A conversation as a request of Chat Completions. */

import type { Conversation, Format, Part, Tool, ToolChoice, Turn } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';
import type { Losses } from '../../conversation/losses.ts';
import { thinkingEffort } from '../../conversation/thinking.ts';
import { renderContent } from './content.ts';

export function renderRequest(conversation: Conversation, losses: Losses): Json {
  const {
    model,
    instructions,
    turns,
    tools,
    toolChoice,
    parallelTools,
    maxTokens,
    temperature,
    topP,
    topK,
    stop,
    seed,
    frequencyPenalty,
    presencePenalty,
    format,
    thinking,
    user,
    stream,
    streamUsage: _always,
    ...none
  } = conversation;
  // A field that is added to conversations does not compile until it is carried here.
  none satisfies Record<string, never>;
  if (topK !== null) losses.drop('top_k');
  return {
    model,
    messages: [
      ...(instructions.length === 0
        ? []
        : [{ role: 'system', content: renderContent(instructions, 'system', losses) }]),
      ...turns.flatMap((turn, index) => renderTurn(turn, `messages[${index}]`, losses)),
    ],
    ...(tools.length === 0 ? {} : { tools: tools.map((tool, index) => renderTool(tool, index, losses)) }),
    ...(toolChoice === null ? {} : { tool_choice: renderToolChoice(toolChoice) }),
    ...(parallelTools === null ? {} : { parallel_tool_calls: parallelTools }),
    ...(maxTokens === null ? {} : { max_completion_tokens: maxTokens }),
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { top_p: topP }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(seed === null ? {} : { seed }),
    ...(frequencyPenalty === null ? {} : { frequency_penalty: frequencyPenalty }),
    ...(presencePenalty === null ? {} : { presence_penalty: presencePenalty }),
    ...renderFormat(format),
    ...(thinking === null ? {} : { reasoning_effort: thinkingEffort(thinking) }),
    ...(user === null ? {} : { user }),
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

/** Tool results are messages of their own, and stand before what else the user said with them. */
function renderTurn(turn: Turn, path: string, losses: Losses): Json[] {
  if (turn.role === 'assistant') return [renderAssistant(turn.parts, path, losses)];
  const messages: Json[] = [];
  const rest: Part[] = [];
  turn.parts.forEach((part, index) => {
    if (part.kind !== 'tool-result') {
      rest.push(part);
      return;
    }
    const at = `${path}.content[${index}]`;
    if (rest.length > 0) losses.drop(`${at} (a tool result behind other content)`);
    if (part.failed) losses.drop(`${at}.is_error`);
    if (part.cache !== undefined) losses.drop(`${at}.cache_control`);
    const content = part.parts.filter((each) => each.kind === 'text' || losses.drop(`${at} (${each.kind})`));
    messages.push({
      role: 'tool',
      tool_call_id: part.id,
      content: content.length === 0 ? '' : renderContent(content, `${at}.content`, losses),
    });
  });
  if (rest.length > 0)
    messages.push({ role: 'user', content: renderContent(rest, `${path}.content`, losses) });
  return messages;
}

function renderAssistant(parts: readonly Part[], path: string, losses: Losses): Json {
  const calls: Json[] = [];
  const content: Part[] = [];
  let reasoning = '';
  parts.forEach((part, index) => {
    const at = `${path}.content[${index}]`;
    switch (part.kind) {
      case 'tool-call':
        if (part.cache !== undefined) losses.drop(`${at}.cache_control`);
        calls.push({
          id: part.id,
          type: 'function',
          function: { name: part.name, arguments: part.input },
          ...(part.signature === undefined
            ? {}
            : { extra_content: { google: { thought_signature: part.signature } } }),
        });
        return;
      case 'thinking':
        // What has a signature was thought by another provider, who alone can make use of it.
        if (part.signature !== null) losses.drop(`${at}.signature`);
        else reasoning += part.text;
        return;
      case 'redacted-thinking':
        losses.drop(`${at} (redacted_thinking)`);
        return;
      default:
        if (calls.length > 0) losses.drop(`${at} (content behind a tool call)`);
        content.push(part);
    }
  });
  return {
    role: 'assistant',
    content: content.length === 0 ? null : renderContent(content, `${path}.content`, losses),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function renderTool({ name, description, schema, strict, cache }: Tool, index: number, losses: Losses): Json {
  if (cache !== undefined) losses.drop(`tools[${index}].cache_control`);
  return {
    type: 'function',
    function: {
      name,
      ...(description === null ? {} : { description }),
      ...(schema === null ? {} : { parameters: schema }),
      ...(strict === null ? {} : { strict }),
    },
  };
}

function renderToolChoice(choice: ToolChoice): unknown {
  return choice.kind === 'named' ? { type: 'function', function: { name: choice.name } } : choice.kind;
}

function renderFormat(format: Format): Json {
  switch (format.kind) {
    case 'text':
      return {};
    case 'json':
      return { response_format: { type: 'json_object' } };
    case 'schema':
      return {
        response_format: {
          type: 'json_schema',
          json_schema: { name: format.name ?? 'answer', schema: format.schema, strict: true },
        },
      };
  }
}
