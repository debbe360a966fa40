/** Every kind of provider. */

import type { ProviderKind } from '../../../shared/gateway/contract.ts';
import { anthropic } from './anthropic.ts';
import { azure } from './azure.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { compatible } from './compatible.ts';
import { deepseek } from './deepseek.ts';
import { google } from './google.ts';
import { groq } from './groq.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { openrouter } from './openrouter.ts';
import type { Provider } from './provider.ts';
import { together } from './together.ts';
import { xai } from './xai.ts';

export const providers: Readonly<Record<ProviderKind, Provider>> = {
  openai,
  anthropic,
  google,
  azure,
  bedrock,
  mistral,
  groq,
  together,
  openrouter,
  deepseek,
  xai,
  cohere,
  ollama,
  compatible,
};
