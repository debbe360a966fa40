/** A conversation as a request of Converse. Model and kind go into the path, which the provider makes. */

import type { Conversation, Tool, ToolChoice } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';
import type { Losses } from '../../conversation/losses.ts';
import { boundBeside, thinkingBudget, thinkingEffort } from '../../conversation/thinking.ts';
import { cachePoint, renderBlocks } from './blocks.ts';

/** For an answer beside thinking that nobody bounded. */
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
    stream: _inPath,
    streamUsage: _always,
    ...none
  } = conversation;
  // A field that is added to conversations does not compile until it is carried here.
  none satisfies Record<string, never>;
  if (parallelTools === false) losses.drop('parallel_tool_calls');
  if (seed !== null) losses.drop('seed');
  if (frequencyPenalty !== null && frequencyPenalty !== 0) losses.drop('frequency_penalty');
  if (presencePenalty !== null && presencePenalty !== 0) losses.drop('presence_penalty');
  if (format.kind === 'json') losses.drop('response_format.type "json_object"');
  if (user !== null) losses.drop('user');
  const own = ownFields({ model, topK, thinking }, losses);
  const budget = 'thinking' in own ? thinkingBudget(thinking) : 0;
  const bound = budget > 0 ? boundBeside(budget, maxTokens ?? usualMaxTokens) : maxTokens;
  const config = {
    ...(bound === null ? {} : { maxTokens: bound }),
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(stop.length === 0 ? {} : { stopSequences: stop }),
  };
  return {
    ...(instructions.length === 0 ? {} : { system: renderBlocks(instructions, 'system', losses) }),
    messages: turns.map(({ role, parts }, index) => ({
      role,
      content: renderBlocks(parts, `messages[${index}].content`, losses),
    })),
    ...(Object.keys(config).length === 0 ? {} : { inferenceConfig: config }),
    ...(tools.length === 0
      ? {}
      : { toolConfig: { tools: tools.flatMap(renderTool), ...renderToolChoice(toolChoice, losses) } }),
    ...(format.kind === 'schema'
      ? {
          outputConfig: {
            textFormat: {
              type: 'json_schema',
              structure: {
                jsonSchema: {
                  schema: JSON.stringify(format.schema),
                  ...(format.name === null ? {} : { name: format.name }),
                },
              },
            },
          },
        }
      : {}),
    ...(Object.keys(own).length === 0 ? {} : { additionalModelRequestFields: own }),
  };
}

/** What Converse hands on to a model as it is, and only some makers' models know. */
function ownFields(
  { model, topK, thinking }: Pick<Conversation, 'model' | 'topK' | 'thinking'>,
  losses: Losses,
): Json {
  if (/anthropic\.|claude/.test(model)) {
    const budget = thinkingBudget(thinking);
    return {
      ...(topK === null ? {} : { top_k: topK }),
      ...(thinking === null
        ? {}
        : { thinking: budget === 0 ? { type: 'disabled' } : { type: 'enabled', budget_tokens: budget } }),
    };
  }
  if (topK !== null) losses.drop('top_k');
  if (thinking === null) return {};
  const effort = thinkingEffort(thinking);
  if (/openai\./.test(model) && effort !== 'none') return { reasoning_effort: effort };
  losses.drop('reasoning_effort');
  return {};
}

function renderTool({ name, description, schema, strict, cache }: Tool): Json[] {
  const toolSpec = {
    name,
    ...(description === null ? {} : { description }),
    ...(strict === null ? {} : { strict }),
    inputSchema: { json: schema ?? { type: 'object', properties: {} } },
  };
  return [{ toolSpec }, ...cachePoint(cache)];
}

function renderToolChoice(choice: ToolChoice | null, losses: Losses): Json {
  switch (choice?.kind) {
    case undefined:
      return {};
    case 'auto':
      return { toolChoice: { auto: {} } };
    case 'required':
      return { toolChoice: { any: {} } };
    case 'named':
      return { toolChoice: { tool: { name: choice.name } } };
    case 'none':
      // There is no word for it, and without the tools what was called before could not be told.
      losses.drop('tool_choice');
      return {};
  }
}
