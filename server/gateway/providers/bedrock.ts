/** Amazon Bedrock's Converse with an API key of Bedrock: `https://bedrock-runtime.<region>.amazonaws.com`. */

import { bedrockConverse } from '../dialects/bedrock-converse/index.ts';
import { bearer } from './openai-like.ts';
import type { Provider } from './provider.ts';

export const bedrock: Provider = {
  kind: 'bedrock',
  dialect: bedrockConverse,
  speaks: [],
  models: [],
  // Names have colons, and those of a person's own are whole ARNs.
  chatPath: (_dialect, model, stream) =>
    `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
  otherPath: () => null,
  headers: bearer,
};
