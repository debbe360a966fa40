/** A request of OpenAI's Responses, `POST /v1/responses`, for providers that do not have it. */

import {
  type Conversation,
  efforts,
  type Format,
  type Tool,
  type ToolChoice,
} from '../../conversation/conversation.ts';
import { Fields, isObject, type Json } from '../../conversation/fields.ts';
import { InvalidRequest, type Losses } from '../../conversation/losses.ts';
import { parseItems } from './parse-items.ts';

export function parseRequest(body: Json, losses: Losses): Conversation {
  const fields = new Fields(body, '');
  const { instructions, turns } = parseItems(fields.take('input'), losses);
  const given = fields.string('instructions');
  const text = fields.within('text');
  const reasoning = fields.within('reasoning');
  const effort = reasoning?.oneOf('effort', [...efforts, 'xhigh'] as const) ?? null;
  reasoning?.take('summary');
  const conversation: Conversation = {
    model: fields.needed('model'),
    instructions: given === null ? instructions : [{ kind: 'text', text: given }, ...instructions],
    turns,
    tools: (fields.list('tools') ?? []).flatMap((value, index) =>
      parseTool(new Fields(value, `tools[${index}]`), losses),
    ),
    toolChoice: parseToolChoice(fields.take('tool_choice'), losses),
    parallelTools: fields.boolean('parallel_tool_calls'),
    maxTokens: fields.number('max_output_tokens'),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: null,
    stop: [],
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    format: parseFormat(text?.within('format') ?? null, losses),
    thinking: effort === null ? null : { kind: 'effort', effort: effort === 'xhigh' ? 'high' : effort },
    user: fields.string('user'),
    stream: fields.boolean('stream') ?? false,
    streamUsage: true,
  };
  // Nothing is stored for other providers, so what asks for no store asks for nothing.
  fields.take('store');
  if (fields.boolean('background') === true) losses.drop('background');
  if (fields.string('truncation') === 'auto') losses.drop('truncation');
  const include = fields.list('include') ?? [];
  if (include.some((each) => each !== 'reasoning.encrypted_content')) losses.drop('include');
  fields.within('stream_options');
  for (const part of [fields, text, reasoning]) for (const field of part?.rest() ?? []) losses.drop(field);
  return conversation;
}

function parseTool(fields: Fields, losses: Losses): Tool[] {
  const type = fields.needed('type');
  if (type !== 'function') {
    losses.drop(`${fields.path}.type "${type}"`);
    return [];
  }
  const tool: Tool = {
    name: fields.needed('name'),
    description: fields.string('description'),
    schema: fields.object('parameters'),
    strict: fields.boolean('strict'),
  };
  for (const field of fields.rest()) losses.drop(field);
  return [tool];
}

function parseToolChoice(value: unknown, losses: Losses): ToolChoice | null {
  if (value === undefined) return null;
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  if (isObject(value) && value.type === 'function' && typeof value.name === 'string') {
    return { kind: 'named', name: value.name };
  }
  losses.drop('tool_choice');
  return null;
}

function parseFormat(fields: Fields | null, losses: Losses): Format {
  if (fields === null) return { kind: 'text' };
  const type = fields.oneOf('type', ['text', 'json_object', 'json_schema'] as const);
  if (type === 'json_object') return { kind: 'json' };
  if (type !== 'json_schema') return { kind: 'text' };
  const schema = fields.object('schema');
  if (schema === null) throw new InvalidRequest(fields.at('schema'), `\`${fields.at('schema')}\` is missing`);
  fields.take('strict');
  const name = fields.string('name');
  for (const field of fields.rest()) losses.drop(field);
  return { kind: 'schema', name, schema };
}
