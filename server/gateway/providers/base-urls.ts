/** Where each kind of provider is; empty where its owner must say. By itself, for it is all that setting one up needs. */

import type { ProviderKind } from '../../../shared/gateway/contract.ts';

export const baseUrls: Readonly<Record<ProviderKind, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  azure: '',
  bedrock: '',
  mistral: 'https://api.mistral.ai/v1',
  groq: 'https://api.groq.com/openai/v1',
  together: 'https://api.together.xyz/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  deepseek: 'https://api.deepseek.com/v1',
  xai: 'https://api.x.ai/v1',
  cohere: 'https://api.cohere.ai/compatibility/v1',
  ollama: 'http://127.0.0.1:11434/v1',
  compatible: '',
};
