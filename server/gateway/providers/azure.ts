/** Azure OpenAI, its v1 API: `https://<resource>.openai.azure.com/openai/v1`. Models are the names of deployments. */

import { openaiLike } from './openai-like.ts';

export const azure = openaiLike({
  kind: 'azure',
  responses: true,
  headers: (secret): Record<string, string> => (secret === null ? {} : { 'api-key': secret }),
});
