/** A request of Gemini's `:generateContent` and `:streamGenerateContent`. The model and the kind are in its path. */

import {
  type Conversation,
  type Format,
  joinTurns,
  type TextPart,
  type Tool,
  type ToolChoice,
  type Turn,
} from '../../conversation/conversation.ts';
import { Fields, type Json } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';
import { parseStrings } from '../openai-chat/parse-request.ts';
import { createCalls, parseParts } from './parts.ts';
import { fromOpenApi } from './schema.ts';

export function parseRequest(
  body: Json,
  losses: Losses,
  path: { model: string; stream: boolean } | null,
): Conversation {
  const fields = new Fields(body, '');
  const contents = fields.list('contents');
  if (contents === null) throw new InvalidRequest('contents', '`contents` is missing');
  const calls = createCalls();
  const system = fields.within('systemInstruction') ?? fields.within('system_instruction');
  const config = fields.within('generationConfig') ?? fields.within('generation_config');
  const choice = fields.within('toolConfig')?.within('functionCallingConfig') ?? null;
  const { toolChoice, strict } = parseToolChoice(choice, losses);
  system?.take('role');
  const conversation: Conversation = {
    model: path?.model ?? '',
    instructions: parseParts(system?.list('parts') ?? [], 'systemInstruction.parts', calls, losses).filter(
      (part): part is TextPart => part.kind === 'text',
    ),
    turns: joinTurns(
      contents.map((value, index): Turn => {
        const content = new Fields(value, `contents[${index}]`);
        const role = content.oneOf('role', ['user', 'model', 'function'] as const);
        const parts = parseParts(content.list('parts') ?? [], content.at('parts'), calls, losses);
        for (const field of content.rest()) losses.drop(field);
        return { role: role === 'model' ? 'assistant' : 'user', parts };
      }),
    ),
    tools: (fields.list('tools') ?? []).flatMap((value, index) =>
      parseTools(new Fields(value, `tools[${index}]`), strict, losses),
    ),
    toolChoice,
    parallelTools: null,
    maxTokens: config?.number('maxOutputTokens') ?? null,
    temperature: config?.number('temperature') ?? null,
    topP: config?.number('topP') ?? null,
    topK: config?.number('topK') ?? null,
    stop: parseStrings(config?.take('stopSequences'), 'generationConfig.stopSequences'),
    seed: config?.number('seed') ?? null,
    frequencyPenalty: config?.number('frequencyPenalty') ?? null,
    presencePenalty: config?.number('presencePenalty') ?? null,
    format: parseFormat(config),
    thinking: parseThinking(config?.within('thinkingConfig') ?? null),
    user: null,
    stream: path?.stream ?? false,
    streamUsage: true,
  };
  if (config?.number('candidateCount') !== 1) {
    if (config?.take('candidateCount') !== undefined) losses.drop('generationConfig.candidateCount');
  }
  for (const part of [fields, system, config]) for (const field of part?.rest() ?? []) losses.drop(field);
  return conversation;
}

function parseTools(fields: Fields, strict: boolean, losses: Losses): Tool[] {
  const declared = fields.list('functionDeclarations') ?? [];
  for (const field of fields.rest()) losses.drop(field);
  return declared.map((value, index) => {
    const tool = new Fields(value, `${fields.at('functionDeclarations')}[${index}]`);
    const own = tool.object('parameters');
    const parsed: Tool = {
      name: tool.needed('name'),
      description: tool.string('description'),
      schema: tool.object('parametersJsonSchema') ?? (own === null ? null : fromOpenApi(own)),
      strict: strict ? true : null,
    };
    for (const field of tool.rest()) losses.drop(field);
    return parsed;
  });
}

function parseToolChoice(
  fields: Fields | null,
  losses: Losses,
): { toolChoice: ToolChoice | null; strict: boolean } {
  const mode = fields?.oneOf('mode', ['AUTO', 'ANY', 'NONE', 'VALIDATED'] as const) ?? null;
  const names = parseStrings(
    fields?.take('allowedFunctionNames'),
    'toolConfig.functionCallingConfig.allowedFunctionNames',
  );
  const [name] = names;
  if (names.length > 1) losses.drop('toolConfig.functionCallingConfig.allowedFunctionNames');
  switch (mode) {
    case null:
      return { toolChoice: null, strict: false };
    case 'AUTO':
      return { toolChoice: { kind: 'auto' }, strict: false };
    case 'VALIDATED':
      return { toolChoice: { kind: 'auto' }, strict: true };
    case 'NONE':
      return { toolChoice: { kind: 'none' }, strict: false };
    case 'ANY':
      return {
        toolChoice: name === undefined || names.length > 1 ? { kind: 'required' } : { kind: 'named', name },
        strict: false,
      };
  }
}

function parseFormat(config: Fields | null): Format {
  const mime = config?.string('responseMimeType') ?? null;
  const own = config?.object('responseSchema') ?? null;
  const schema = config?.object('responseJsonSchema') ?? (own === null ? null : fromOpenApi(own));
  if (mime === null || mime === 'text/plain') return { kind: 'text' };
  if (mime !== 'application/json') {
    throw new InvalidRequest(
      'generationConfig.responseMimeType',
      '`generationConfig.responseMimeType` must be application/json',
    );
  }
  return schema === null ? { kind: 'json' } : { kind: 'schema', name: null, schema };
}

function parseThinking(fields: Fields | null): Conversation['thinking'] {
  if (fields === null) return null;
  const tokens = fields.number('thinkingBudget');
  const level = fields.string('thinkingLevel')?.toLowerCase();
  if (level === 'minimal' || level === 'low' || level === 'medium' || level === 'high') {
    return { kind: 'effort', effort: level };
  }
  if (tokens === null) return null;
  // Below nothing means: as the model likes.
  return tokens < 0 ? { kind: 'effort', effort: 'high' } : { kind: 'budget', tokens };
}
