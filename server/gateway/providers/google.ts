/** Google's Gemini API. What is not generation goes to its own OpenAI-compatible endpoint. */

import { gemini } from '../dialects/gemini/index.ts';
import type { Provider } from './provider.ts';

export const google: Provider = {
  kind: 'google',
  dialect: gemini,
  speaks: ['gemini'],
  models: ['gemini-*', 'gemma-*', 'imagen-*', 'veo-*'],
  chatPath: (_dialect, model, stream) =>
    `/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  otherPath: (path) => (path.startsWith('/models/') ? path : `/openai${path}`),
  // Its compatible endpoint reads the one, its own the other.
  headers: (secret): Record<string, string> =>
    secret === null ? {} : { 'x-goog-api-key': secret, authorization: `Bearer ${secret}` },
};
