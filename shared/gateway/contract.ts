/** The AI gateway's block of the server contract: keys, providers, models, budgets, and what was used. Amounts are nanodollars. */

import * as z from 'zod/mini';
import { appName, environmentName } from '../names.ts';
import { call, nothing, stream } from '../rpc.ts';
import { priceFile } from './price-file.ts';

const name = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?$/,
      'a name has 1 to 40 of a-z, 0-9, ., _ and -, and starts and ends with a letter or digit',
    ),
  );
/** A model's name, or with `*` for anything. */
const modelGlob = z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[^\s\p{Cc}]+$/u));
const amount = z.number().check(z.int(), z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER));
const id = z.number().check(z.int(), z.minimum(1));
const count = z.number().check(z.int(), z.minimum(1), z.maximum(1_000_000_000));

export const providerKinds = [
  'openai',
  'anthropic',
  'google',
  'azure',
  'bedrock',
  'mistral',
  'groq',
  'together',
  'openrouter',
  'deepseek',
  'xai',
  'cohere',
  'ollama',
  'compatible',
] as const;
export const providerKind = z.enum(providerKinds);
export type ProviderKind = z.infer<typeof providerKind>;

export const budgetPeriod = z.enum(['hour', 'day', 'week', 'month', 'total']);
export type BudgetPeriod = z.infer<typeof budgetPeriod>;

/** A small rule over what goes to a model. `pattern` is a regular expression over every text of the request. */
export const guardRule = z.object({
  pattern: z.string().check(z.minLength(1), z.maxLength(500)),
  action: z.enum(['block', 'redact']),
});
export type GuardRule = z.infer<typeof guardRule>;

export const keyLimits = z.object({
  /** Models it may ask for; empty is all. */
  models: z.array(modelGlob).check(z.maxLength(100)),
  /** Functions a model may be given; null is all. */
  tools: z.nullable(z.array(modelGlob).check(z.maxLength(100))),
  requestsPerMinute: z.nullable(count),
  tokensPerMinute: z.nullable(count),
  /** Most tokens of an answer: a request for more is refused. */
  maxTokens: z.nullable(count),
  /** ms since the epoch. */
  expiresAt: z.nullable(z.number()),
  /** How long answers to the very same request are kept for this key, seconds; null: not at all. */
  cacheSeconds: z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(30 * 86_400))),
  /** Fields that may be left out where a provider's dialect has no place for them. */
  mayDrop: z.array(z.string().check(z.maxLength(100))).check(z.maxLength(50)),
  /** Share of calls whose request and answer are kept, 0 to 1. */
  logShare: z.number().check(z.minimum(0), z.maximum(1)),
  guards: z.array(guardRule).check(z.maxLength(50)),
});
export type KeyLimits = z.infer<typeof keyLimits>;

export const aiKey = z.object({
  id,
  name,
  /** The app whose instances are given it; null for a key that a person uses elsewhere. */
  app: z.nullable(appName),
  /** Null: all of the app. */
  environment: z.nullable(environmentName),
  /** Its last four characters, to tell it by. */
  tail: z.string(),
  createdAt: z.number(),
  limits: keyLimits,
});
export type AiKey = z.infer<typeof aiKey>;

export const aiProvider = z.object({
  name,
  kind: providerKind,
  baseUrl: z.string(),
  /** Models it is asked for by their own name; empty: those its kind is known for. */
  models: z.array(z.string()),
  /** How many API keys it has. They are never shown. */
  secrets: z.number(),
  private: z.boolean(),
  state: z.object({
    kind: z.enum(['unknown', 'working', 'cooling', 'failing', 'refused']),
    /** The provider's last word, cut and without secrets. */
    message: z.nullable(z.string()),
    at: z.nullable(z.number()),
  }),
});
export type AiProvider = z.infer<typeof aiProvider>;

export const aiTarget = z.object({
  provider: name,
  model: z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[^\s\p{Cc}]+$/u)),
  weight: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(1000)), 1),
});
export type AiTarget = z.infer<typeof aiTarget>;

export const aiAlias = z.object({
  /** What apps ask for. */
  name: z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[^\s\p{Cc}*]+$/u)),
  /** `order`: the first that works. `weighted`: by chance. `fastest`: the least time to the first token of late. */
  strategy: z.enum(['order', 'weighted', 'fastest']),
  targets: z.array(aiTarget).check(z.minLength(1), z.maxLength(20)),
  /** ms to the first token, then the next target is tried. */
  firstTokenMs: z.number().check(z.int(), z.minimum(100), z.maximum(600_000)),
  /** ms in all. */
  totalMs: z.number().check(z.int(), z.minimum(100), z.maximum(3_600_000)),
});
export type AiAlias = z.infer<typeof aiAlias>;

/** Dollars for a million tokens are `microdollars / 1e6`. */
export const aiPrice = z.object({
  model: z.string(),
  provider: z.string(),
  input: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  output: z.number(),
  /** Where it is from; `own` is the owner's. */
  version: z.string(),
});
export type AiPrice = z.infer<typeof aiPrice>;

const budgetScope = {
  app: z.nullable(appName),
  environment: z.nullable(environmentName),
  key: z.nullable(id),
  model: z.nullable(modelGlob),
};

export const aiBudget = z.object({
  id,
  ...budgetScope,
  limit: amount,
  period: budgetPeriod,
  /** What is settled in this period. */
  spent: z.number(),
  /** What calls under way may still cost. */
  reserved: z.number(),
  from: z.number(),
  /** Null for one without end. */
  to: z.nullable(z.number()),
});
export type AiBudget = z.infer<typeof aiBudget>;

export const usageDimensions = [
  'app',
  'environment',
  'release',
  'key',
  'model',
  'provider',
  'day',
  'hour',
] as const;
export type UsageDimension = (typeof usageDimensions)[number];

export const usageRow = z.object({
  /** One value a dimension that was asked for, in that order. */
  by: z.array(z.union([z.string(), z.number()])),
  calls: z.number(),
  failed: z.number(),
  cancelled: z.number(),
  cached: z.number(),
  retries: z.number(),
  input: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  output: z.number(),
  reasoning: z.number(),
  cost: z.number(),
  /** Calls whose tokens were estimated, for the provider said none. */
  estimated: z.number(),
  /** Calls of models without a price; they count nothing in `cost`. */
  unpriced: z.number(),
  /** Means, ms. */
  firstMs: z.nullable(z.number()),
  totalMs: z.nullable(z.number()),
});
export type UsageRow = z.infer<typeof usageRow>;

export const aiCall = z.object({
  id,
  at: z.number(),
  app: z.string(),
  environment: z.string(),
  release: z.nullable(z.number()),
  key: z.number(),
  model: z.string(),
  provider: z.string(),
  served: z.string(),
  state: z.enum(['open', 'done', 'failed', 'cancelled', 'lost']),
  status: z.number(),
  cost: z.number(),
  reserved: z.number(),
  estimated: z.boolean(),
  input: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  output: z.number(),
  reasoning: z.number(),
  firstMs: z.nullable(z.number()),
  totalMs: z.number(),
  attempts: z.number(),
  cached: z.boolean(),
  /** The `traceparent` id of the app's own request, to find its errors by. */
  trace: z.nullable(z.string()),
});
export type AiCall = z.infer<typeof aiCall>;

const range = { from: z.number(), to: z.number() };

export const gatewayContract = {
  'aiKeys.list': call(nothing, z.object({ keys: z.array(aiKey) })),
  /** `secret` is shown this once; instances of the app get it by themselves, from their next start on. */
  'aiKeys.create': call(
    z.object({
      name: z.optional(name),
      app: z._default(z.nullable(appName), null),
      environment: z._default(z.nullable(environmentName), null),
      limits: z._default(z.partial(keyLimits), {}),
    }),
    z.object({ key: aiKey, secret: z.string() }),
  ),
  'aiKeys.change': call(z.object({ id, limits: z.partial(keyLimits) }), z.object({ key: aiKey })),
  'aiKeys.remove': call(z.object({ id }), nothing),
  'aiProviders.list': call(nothing, z.object({ providers: z.array(aiProvider) })),
  /** Adds one, or changes the one of that name; `secrets` replaces its API keys where it is given. */
  'aiProviders.set': call(
    z.object({
      name,
      kind: providerKind,
      baseUrl: z.optional(z.string().check(z.maxLength(500))),
      models: z._default(z.array(modelGlob).check(z.maxLength(200)), []),
      secrets: z.optional(
        z
          .array(z.string().check(z.minLength(1), z.maxLength(8192), z.regex(/^[\x21-\x7e]+$/)))
          .check(z.maxLength(20)),
      ),
      private: z._default(z.boolean(), false),
    }),
    z.object({ provider: aiProvider }),
  ),
  'aiProviders.remove': call(z.object({ name }), nothing),
  /** Asks the provider for one token of `model`. */
  'aiProviders.test': call(
    z.object({ name, model: z.string().check(z.maxLength(200)) }),
    z.object({ ok: z.boolean(), status: z.number(), ms: z.number(), message: z.string() }),
  ),
  'aiModels.list': call(nothing, z.object({ aliases: z.array(aiAlias), prices: z.array(aiPrice) })),
  'aiModels.alias': call(aiAlias, nothing),
  'aiModels.unalias': call(z.object({ name: z.string() }), nothing),
  /** Microdollars for a million tokens. Null takes the own price back. */
  'aiModels.price': call(
    z.object({
      model: modelGlob,
      price: z.nullable(
        z.object({
          input: amount,
          output: amount,
          cacheRead: z.optional(amount),
          cacheWrite: z.optional(amount),
        }),
      ),
    }),
    nothing,
  ),
  /** A table that goes before the bundled one; null takes it back. Calls from now on cost by it. */
  'aiModels.priceFile': call(z.object({ file: z.nullable(priceFile) }), nothing),
  'aiBudgets.list': call(nothing, z.object({ budgets: z.array(aiBudget) })),
  'aiBudgets.set': call(
    z.object({ ...budgetScope, limit: amount, period: budgetPeriod }),
    z.object({ budget: aiBudget }),
  ),
  'aiBudgets.remove': call(z.object({ id }), nothing),
  'aiUsage.report': call(
    z.object({
      ...range,
      by: z.array(z.enum(usageDimensions)).check(z.maxLength(4)),
      app: z._default(z.nullable(appName), null),
    }),
    z.object({ rows: z.array(usageRow) }),
  ),
  /** Newest first. */
  'aiUsage.calls': call(
    z.object({
      ...range,
      app: z._default(z.nullable(appName), null),
      trace: z.optional(z.string().check(z.regex(/^[0-9a-f]{32}$/))),
      limit: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(1000)), 100),
    }),
    z.object({ calls: z.array(aiCall) }),
  ),
  /** Request and answer of a call whose key keeps them; null where they are not kept. */
  'aiUsage.text': call(
    z.object({ id }),
    z.object({ request: z.nullable(z.string()), answer: z.nullable(z.string()) }),
  ),
  /** OpenMetrics text. */
  'aiUsage.metrics': call(nothing, z.object({ text: z.string() })),
  /** A question from the playground, answered word by word. Costs what it costs, and is in the ledger without an app. */
  'aiPlay.ask': stream(
    z.object({
      model: z.string().check(z.minLength(1), z.maxLength(200)),
      turns: z
        .array(
          z.object({
            role: z.enum(['system', 'user', 'assistant']),
            text: z.string().check(z.maxLength(200_000)),
          }),
        )
        .check(z.minLength(1), z.maxLength(200)),
      maxTokens: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(100_000)), 2000),
    }),
    z.object({ text: z.string() }),
    z.object({ call: z.number(), provider: z.string() }),
  ),
  'aiSettings.get': call(nothing, z.object({ url: z.nullable(z.string()), public: z.boolean() })),
  /** Whether `/.windlass/ai` answers on public hosts. */
  'aiSettings.set': call(z.object({ public: z.boolean() }), nothing),
} as const;
