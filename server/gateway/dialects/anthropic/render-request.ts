/** A conversation as a request of Anthropic's Messages. */

import type { Conversation, Tool, ToolChoice } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';
import type { Losses } from '../../conversation/losses.ts';
import { boundBeside, thinkingBudget } from '../../conversation/thinking.ts';
import { renderBlocks, renderCache } from './blocks.ts';

/** The dialect wants a bound; other dialects need none. Every model of theirs can write as much. */
const usualMaxTokens = 8192;

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
  if (seed !== null) losses.drop('seed');
  if (frequencyPenalty !== null && frequencyPenalty !== 0) losses.drop('frequency_penalty');
  if (presencePenalty !== null && presencePenalty !== 0) losses.drop('presence_penalty');
  if (format.kind === 'json') losses.drop('response_format.type "json_object"');
  const budget = thinkingBudget(thinking);
  return {
    model,
    max_tokens: boundBeside(budget, maxTokens ?? usualMaxTokens),
    ...(instructions.length === 0 ? {} : { system: renderBlocks(instructions, 'system', losses) }),
    messages: turns.map(({ role, parts }, index) => ({
      role,
      content: renderBlocks(parts, `messages[${index}].content`, losses),
    })),
    ...(tools.length === 0 ? {} : { tools: tools.map(renderTool) }),
    ...renderToolChoice(toolChoice, parallelTools),
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { top_p: topP }),
    ...(topK === null ? {} : { top_k: topK }),
    ...(stop.length === 0 ? {} : { stop_sequences: stop }),
    ...(thinking === null
      ? {}
      : { thinking: budget === 0 ? { type: 'disabled' } : { type: 'enabled', budget_tokens: budget } }),
    ...(format.kind === 'schema'
      ? { output_config: { format: { type: 'json_schema', schema: format.schema } } }
      : {}),
    ...(user === null ? {} : { metadata: { user_id: user } }),
    ...(stream ? { stream: true } : {}),
  };
}

function renderTool({ name, description, schema, strict, cache }: Tool): Json {
  return {
    name,
    ...(description === null ? {} : { description }),
    input_schema: schema ?? { type: 'object', properties: {} },
    ...(strict === null ? {} : { strict }),
    ...renderCache(cache),
  };
}

function renderToolChoice(choice: ToolChoice | null, parallel: boolean | null): Json {
  if (choice === null && parallel === null) return {};
  const parallelism = parallel === null ? {} : { disable_parallel_tool_use: !parallel };
  switch (choice?.kind) {
    case undefined:
    case 'auto':
      return { tool_choice: { type: 'auto', ...parallelism } };
    case 'required':
      return { tool_choice: { type: 'any', ...parallelism } };
    case 'named':
      return { tool_choice: { type: 'tool', name: choice.name, ...parallelism } };
    case 'none':
      return { tool_choice: { type: 'none' } };
  }
}
