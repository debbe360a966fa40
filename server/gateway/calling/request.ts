/** The request that goes to a provider: as it came where the provider speaks its dialect, translated where it does not. */

import type { Conversation } from '../conversation/conversation.ts';
import { isObject, type Json } from '../conversation/fields.ts';
import type { Losses } from '../conversation/losses.ts';
import type { DialectName, SpokenDialect } from '../dialects/dialect.ts';
import type { Provider } from '../providers/provider.ts';
import type { Target } from '../routing/targets.ts';

export interface ChatRequest {
  readonly dialect: SpokenDialect;
  readonly body: Json;
  readonly model: string;
  readonly stream: boolean;
  /** In the path, where the dialect has them there. */
  readonly inPath: boolean;
  /** Bytes of the body. */
  readonly length: number;
}

export function passesAsIs(request: ChatRequest, provider: Provider): boolean {
  return provider.speaks.includes(request.dialect.name);
}

/** Whether the client of a stream wants the chunk with usage; in other dialects than OpenAI's it always comes. */
export function wantsUsage({ dialect, body }: ChatRequest): boolean {
  if (dialect.name !== 'openai-chat') return true;
  return isObject(body.stream_options) && body.stream_options.include_usage === true;
}

/** What is sent as it came: the model by the provider's name, and usage asked for. */
export function passedBody(
  request: ChatRequest,
  target: Target,
  provider: Provider,
  bound: number | null,
): Json {
  const { body, dialect, stream } = request;
  const named = request.inPath ? body : { ...body, model: target.model };
  const metered =
    stream && dialect.name === 'openai-chat'
      ? {
          ...named,
          stream_options: {
            ...(isObject(body.stream_options) ? body.stream_options : {}),
            include_usage: true,
          },
        }
      : named;
  const bounded = bound === null ? metered : { ...metered, ...boundOf(dialect.name, body, bound) };
  return provider.adapt?.(bounded) ?? bounded;
}

/** An answer that nobody bounds cannot be reserved for, so under a budget it is bounded by what was. */
function boundOf(dialect: DialectName, body: Json, bound: number): Json {
  switch (dialect) {
    case 'openai-chat':
      return { max_completion_tokens: bound };
    case 'openai-responses':
      return { max_output_tokens: bound };
    case 'anthropic':
      return { max_tokens: bound };
    case 'gemini':
      return {
        generationConfig: {
          ...(isObject(body.generationConfig) ? body.generationConfig : {}),
          maxOutputTokens: bound,
        },
      };
  }
}

/** Throws `NotCarried` and `InvalidRequest`. */
export function conversationOf(request: ChatRequest, losses: Losses): Conversation {
  const { dialect, body, model, stream, inPath } = request;
  return dialect.parseRequest(body, losses, inPath ? { model, stream } : null);
}

export function translatedBody(
  conversation: Conversation,
  target: Target,
  provider: Provider,
  losses: Losses,
  bound: number | null,
): Json {
  const bounded = { ...conversation, model: target.model, maxTokens: conversation.maxTokens ?? bound };
  const body = provider.dialect.renderRequest(bounded, losses);
  return provider.adapt?.(body) ?? body;
}
