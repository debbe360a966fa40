/** A conversation as a request of Gemini. Model and kind go into the path, which the provider makes. */

import type { Conversation, ToolChoice } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';
import type { Losses } from '../../conversation/losses.ts';
import { thinkingTokens } from '../../conversation/thinking.ts';
import { callNames, renderPart } from './parts.ts';

export function renderRequest(conversation: Conversation, losses: Losses): Json {
  const {
    model: _inPath,
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
    stream: _alsoInPath,
    streamUsage: _always,
    ...none
  } = conversation;
  // A field that is added to conversations does not compile until it is carried here.
  none satisfies Record<string, never>;
  if (parallelTools === false) losses.drop('parallel_tool_calls');
  if (user !== null) losses.drop('user');
  const names = callNames(turns);
  const partsOf = (parts: Conversation['turns'][number]['parts'], path: string) =>
    parts.flatMap((part, index) => renderPart(part, `${path}[${index}]`, names, losses) ?? []);
  const config = {
    ...(maxTokens === null ? {} : { maxOutputTokens: maxTokens }),
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(topK === null ? {} : { topK }),
    ...(stop.length === 0 ? {} : { stopSequences: stop }),
    ...(seed === null ? {} : { seed }),
    ...(frequencyPenalty === null ? {} : { frequencyPenalty }),
    ...(presencePenalty === null ? {} : { presencePenalty }),
    ...(format.kind === 'text' ? {} : { responseMimeType: 'application/json' }),
    ...(format.kind === 'schema' ? { responseJsonSchema: format.schema } : {}),
    ...(thinking === null
      ? {}
      : {
          thinkingConfig: {
            thinkingBudget: thinkingTokens(thinking),
            includeThoughts: thinkingTokens(thinking) > 0,
          },
        }),
  };
  return {
    ...(instructions.length === 0 ? {} : { systemInstruction: { parts: partsOf(instructions, 'system') } }),
    contents: turns.map(({ role, parts }, index) => ({
      role: role === 'assistant' ? 'model' : 'user',
      parts: partsOf(parts, `messages[${index}].content`),
    })),
    ...(tools.length === 0
      ? {}
      : {
          tools: [
            {
              functionDeclarations: tools.map(({ name, description, schema, cache }, index) => {
                if (cache !== undefined) losses.drop(`tools[${index}].cache_control`);
                return {
                  name,
                  ...(description === null ? {} : { description }),
                  ...(schema === null ? {} : { parametersJsonSchema: schema }),
                };
              }),
            },
          ],
        }),
    ...renderToolChoice(
      toolChoice,
      tools.some((tool) => tool.strict === true),
    ),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
  };
}

/** Gemini keeps to schemas strictly for all tools or none: always where it must call, and in its mode VALIDATED. */
function renderToolChoice(choice: ToolChoice | null, strict: boolean): Json {
  const mode = (config: Json) => ({ toolConfig: { functionCallingConfig: config } });
  switch (choice?.kind) {
    case undefined:
      return strict ? mode({ mode: 'VALIDATED' }) : {};
    case 'auto':
      return mode({ mode: strict ? 'VALIDATED' : 'AUTO' });
    case 'none':
      return mode({ mode: 'NONE' });
    case 'required':
      return mode({ mode: 'ANY' });
    case 'named':
      return mode({ mode: 'ANY', allowedFunctionNames: [choice.name] });
  }
}
