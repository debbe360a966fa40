/** A small model of each kind, to try a provider with where nobody named one. */

import type { ProviderKind } from '../../../../shared/gateway/contract.ts';

const models: Readonly<Record<ProviderKind, string>> = {
  openai: 'gpt-4o-mini',
  anthropic: 'claude-haiku-4-5',
  google: 'gemini-2.5-flash',
  azure: 'gpt-4o-mini',
  bedrock: 'openai.gpt-oss-20b-1:0',
  mistral: 'mistral-small-latest',
  groq: 'llama-3.1-8b-instant',
  together: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
  openrouter: 'openai/gpt-4o-mini',
  deepseek: 'deepseek-chat',
  xai: 'grok-3-mini',
  cohere: 'command-r7b-12-2024',
  ollama: 'llama3.2',
  compatible: 'default',
};

export function usualModel(kind: ProviderKind): string {
  return models[kind];
}
