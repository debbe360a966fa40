/** A request of Anthropic's Messages, `POST /v1/messages`. */

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
import { parseBlocks, parseCache } from './blocks.ts';

export function parseRequest(body: Json, losses: Losses): Conversation {
  const fields = new Fields(body, '');
  const messages = fields.list('messages');
  if (messages === null) throw new InvalidRequest('messages', '`messages` is missing');
  const metadata = fields.within('metadata');
  const output = fields.within('output_config');
  const choice = fields.within('tool_choice');
  const effort = output?.oneOf('effort', ['low', 'medium', 'high', 'xhigh', 'max'] as const) ?? null;
  const thinking = parseThinking(fields.within('thinking'), losses);
  const conversation: Conversation = {
    model: fields.needed('model'),
    instructions: parseBlocks(fields.take('system'), 'system', losses).filter(isText),
    turns: joinTurns(
      messages.map((value, index) => parseTurn(new Fields(value, `messages[${index}]`), losses)),
    ),
    tools: (fields.list('tools') ?? []).flatMap((value, index) =>
      parseTool(new Fields(value, `tools[${index}]`), losses),
    ),
    toolChoice: choice === null ? null : parseToolChoice(choice),
    parallelTools: parseParallel(choice),
    maxTokens: fields.number('max_tokens'),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.number('top_k'),
    stop: parseStrings(fields.take('stop_sequences'), 'stop_sequences'),
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    format: parseFormat(output?.within('format') ?? null, losses),
    thinking:
      effort === null
        ? thinking
        : { kind: 'effort', effort: effort === 'low' || effort === 'medium' ? effort : 'high' },
    user: metadata?.string('user_id') ?? null,
    stream: fields.boolean('stream') ?? false,
    streamUsage: true,
  };
  for (const part of [fields, metadata, output]) for (const field of part?.rest() ?? []) losses.drop(field);
  return conversation;
}

function isText(part: { kind: string }): part is TextPart {
  return part.kind === 'text';
}

function parseTurn(fields: Fields, losses: Losses): Turn {
  const role = fields.oneOf('role', ['user', 'assistant'] as const) ?? 'user';
  const parts = parseBlocks(fields.take('content'), fields.at('content'), losses);
  for (const field of fields.rest()) losses.drop(field);
  return { role, parts };
}

function parseTool(fields: Fields, losses: Losses): Tool[] {
  const type = fields.string('type');
  if (type !== null && type !== 'custom') {
    losses.drop(`${fields.path}.type "${type}"`);
    return [];
  }
  const tool: Tool = {
    name: fields.needed('name'),
    description: fields.string('description'),
    schema: fields.object('input_schema'),
    strict: fields.boolean('strict'),
    ...parseCache(fields),
  };
  for (const field of fields.rest()) losses.drop(field);
  return [tool];
}

function parseToolChoice(fields: Fields): ToolChoice | null {
  switch (fields.oneOf('type', ['auto', 'any', 'none', 'tool'] as const)) {
    case 'auto':
      return { kind: 'auto' };
    case 'any':
      return { kind: 'required' };
    case 'none':
      return { kind: 'none' };
    case 'tool':
      return { kind: 'named', name: fields.needed('name') };
    case null:
      return null;
  }
}

function parseParallel(choice: Fields | null): boolean | null {
  const disabled = choice?.boolean('disable_parallel_tool_use') ?? null;
  return disabled === null ? null : !disabled;
}

function parseThinking(fields: Fields | null, losses: Losses): Conversation['thinking'] {
  if (fields === null) return null;
  const type = fields.oneOf('type', ['enabled', 'disabled', 'adaptive'] as const);
  const tokens = fields.number('budget_tokens');
  // Whether thoughts are shown whole or summarised is not ours to choose elsewhere.
  fields.take('display');
  for (const field of fields.rest()) losses.drop(field);
  if (type === 'disabled') return { kind: 'effort', effort: 'none' };
  if (type === 'adaptive') return { kind: 'effort', effort: 'high' };
  return tokens === null ? null : { kind: 'budget', tokens };
}

function parseFormat(fields: Fields | null, losses: Losses): Format {
  if (fields === null) return { kind: 'text' };
  const schema = fields.object('schema');
  if (fields.string('type') !== 'json_schema' || schema === null) {
    losses.drop(fields.at('type'));
    return { kind: 'text' };
  }
  return { kind: 'schema', name: null, schema };
}
