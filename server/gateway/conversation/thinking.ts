/** How much a model may think, between dialects that say it in words and those that count tokens. */

import type { Conversation, Effort } from './conversation.ts';

/** Tokens each word stands for; OpenAI states none, these are what other gateways and Google's own layer settled on. */
const tokensOf: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 24_576,
};

export type Thinking = NonNullable<Conversation['thinking']>;

export function thinkingTokens(thinking: Thinking): number {
  return thinking.kind === 'budget' ? thinking.tokens : tokensOf[thinking.effort];
}

/** The least word that allows as much. */
export function thinkingEffort(thinking: Thinking): Effort {
  if (thinking.kind === 'effort') return thinking.effort;
  const words = ['none', 'minimal', 'low', 'medium'] as const;
  return words.find((word) => thinking.tokens <= tokensOf[word]) ?? 'high';
}

/** The least budget Anthropic's models take, tokens. */
const leastBudget = 1024;

/** Tokens that one of Anthropic's models may think; 0 where it may not, or nobody said. */
export function thinkingBudget(thinking: Thinking | null): number {
  const tokens = thinking === null ? 0 : thinkingTokens(thinking);
  return tokens === 0 ? 0 : Math.max(leastBudget, tokens);
}

/** Thinking counts towards the bound of an answer there, and must leave room for one. */
export function boundBeside(budget: number, bound: number): number {
  return budget > 0 && bound <= budget ? budget + bound : bound;
}
