/** Small rules over what goes to a model, before anything is reserved or sent. Pure. */

import type { KeyLimits } from '../../../shared/gateway/contract.ts';
import { isObject, type Json } from '../conversation/fields.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { matchesAny } from '../glob.ts';
import { askedBound } from '../ledger/asked-bound.ts';
import { CallFault } from '../surface/fault.ts';
import { compile } from './pattern.ts';

const redacted = '[redacted]';

/** The body to send: the same one, or a copy with patterns redacted. Throws `CallFault` for what a rule forbids. */
export function guard(dialect: DialectName, body: Json, model: string, limits: KeyLimits): Json {
  if (limits.models.length > 0 && !matchesAny(limits.models, model)) {
    throw new CallFault(403, 'model_not_allowed', `this key may not use ${model}`, { field: 'model' });
  }
  const { maxTokens, tools, guards } = limits;
  if (maxTokens !== null && (askedBound(dialect, body) ?? 0) > maxTokens) {
    throw new CallFault(403, 'too_many_tokens', `this key gets answers of ${maxTokens} tokens at most`);
  }
  if (tools !== null) {
    for (const name of toolNames(body)) {
      if (!matchesAny(tools, name)) {
        throw new CallFault(403, 'tool_not_allowed', `this key may not give a model the tool ${name}`, {
          field: 'tools',
        });
      }
    }
  }
  if (guards.length === 0) return body;
  const rules = guards.map(({ pattern, action }) => ({ pattern: compile(pattern), action }));
  return walk(body, rules) as Json;
}

function walk(value: unknown, rules: readonly { pattern: RegExp; action: 'block' | 'redact' }[]): unknown {
  if (typeof value === 'string') {
    let text = value;
    for (const { pattern, action } of rules) {
      pattern.lastIndex = 0;
      if (!pattern.test(text)) continue;
      if (action === 'block')
        throw new CallFault(403, 'blocked_by_rule', 'a rule of this key forbids what the request says');
      text = text.replace(pattern, redacted);
    }
    return text;
  }
  if (Array.isArray(value)) return value.map((each) => walk(each, rules));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, rules)]));
}

/** In every dialect; a provider's own tools go by their type. */
function toolNames(body: Json): string[] {
  const names: string[] = [];
  for (const tool of Array.isArray(body.tools) ? body.tools : []) {
    if (!isObject(tool)) continue;
    const declared = Array.isArray(tool.functionDeclarations) ? tool.functionDeclarations : [];
    for (const each of declared) if (isObject(each)) names.push(String(each.name));
    const inner = isObject(tool.function) ? tool.function.name : undefined;
    if (declared.length === 0) names.push(String(inner ?? tool.name ?? tool.type ?? Object.keys(tool)[0]));
  }
  return names;
}
