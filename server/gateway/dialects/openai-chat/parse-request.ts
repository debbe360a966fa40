/** A request of OpenAI's Chat Completions, `POST /v1/chat/completions`. */

import {
  type Conversation,
  efforts,
  type Format,
  type Tool,
  type ToolChoice,
} from '../../conversation/conversation.ts';
import { Fields, type Json } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';
import { parseMessages } from './parse-messages.ts';

export function parseRequest(body: Json, losses: Losses): Conversation {
  const fields = new Fields(body, '');
  const messages = fields.list('messages');
  if (messages === null) throw new InvalidRequest('messages', '`messages` is missing');
  const { instructions, turns } = parseMessages(messages, losses);
  const effort = fields.oneOf('reasoning_effort', [...efforts, 'xhigh'] as const);
  const stop = fields.take('stop');
  const options = fields.within('stream_options');
  const older = fields.number('max_tokens');
  const conversation: Conversation = {
    model: fields.needed('model'),
    instructions,
    turns,
    tools: (fields.list('tools') ?? []).flatMap((value, index) =>
      parseTool(new Fields(value, `tools[${index}]`), losses),
    ),
    toolChoice: parseToolChoice(fields.take('tool_choice'), losses),
    parallelTools: fields.boolean('parallel_tool_calls'),
    maxTokens: fields.number('max_completion_tokens') ?? older,
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.number('top_k'),
    stop: typeof stop === 'string' ? [stop] : parseStrings(stop, 'stop'),
    seed: fields.number('seed'),
    frequencyPenalty: fields.number('frequency_penalty'),
    presencePenalty: fields.number('presence_penalty'),
    format: parseFormat(fields.within('response_format'), losses),
    thinking: effort === null ? null : { kind: 'effort', effort: effort === 'xhigh' ? 'high' : effort },
    user: fields.string('user'),
    stream: fields.boolean('stream') ?? false,
    streamUsage: options?.boolean('include_usage') ?? false,
  };
  // Said as it is by default anyway.
  if (fields.number('n') === 1) fields.take('n');
  else if (body.n !== undefined && body.n !== null) losses.drop('n');
  if (fields.boolean('logprobs') === true) losses.drop('logprobs');
  options?.boolean('include_obfuscation');
  for (const field of [...fields.rest(), ...(options?.rest() ?? [])]) losses.drop(field);
  return conversation;
}

export function parseStrings(value: unknown, field: string): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((each): each is string => typeof each === 'string')) return value;
  throw new InvalidRequest(field, `\`${field}\` must be a list of strings`);
}

function parseTool(fields: Fields, losses: Losses): Tool[] {
  const type = fields.needed('type');
  const inner = fields.within('function');
  if (type !== 'function' || inner === null) {
    losses.drop(`${fields.path}.type "${type}"`);
    return [];
  }
  const tool: Tool = {
    name: inner.needed('name'),
    description: inner.string('description'),
    schema: inner.object('parameters'),
    strict: inner.boolean('strict'),
  };
  for (const field of [...inner.rest(), ...fields.rest()]) losses.drop(field);
  return [tool];
}

function parseToolChoice(value: unknown, losses: Losses): ToolChoice | null {
  if (value === undefined) return null;
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  const fields = new Fields(value, 'tool_choice');
  const type = fields.string('type');
  const inner = fields.within('function');
  if (type === 'function' && inner !== null) return { kind: 'named', name: inner.needed('name') };
  losses.drop(`tool_choice.type "${type}"`);
  return null;
}

function parseFormat(fields: Fields | null, losses: Losses): Format {
  if (fields === null) return { kind: 'text' };
  const type = fields.oneOf('type', ['text', 'json_object', 'json_schema'] as const);
  const inner = fields.within('json_schema');
  if (type === 'json_object') return { kind: 'json' };
  if (type !== 'json_schema' || inner === null) return { kind: 'text' };
  const schema = inner.object('schema');
  if (schema === null) throw new InvalidRequest(inner.at('schema'), `\`${inner.at('schema')}\` is missing`);
  // Where a schema is taken at all it is kept to strictly, so `strict` says nothing more; the description is for people.
  inner.take('strict');
  const name = inner.string('name');
  for (const field of inner.rest()) losses.drop(field);
  return { kind: 'schema', name, schema };
}
