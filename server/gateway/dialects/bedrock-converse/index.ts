/** Amazon Bedrock's Converse: one form of request for every model there. Only providers speak it. */

import { amazonFrames, amazonStreamType } from '../../stream/amazon-frames.ts';
import type { ProviderDialect } from '../dialect.ts';
import { parseAnswer, parseUsage } from './answer.ts';
import { renderRequest } from './render-request.ts';
import { streamParser } from './stream.ts';

export const bedrockConverse: ProviderDialect = {
  name: 'bedrock-converse',
  streams: { type: amazonStreamType, frames: amazonFrames },
  renderRequest,
  parseAnswer,
  streamParser,
  usage: parseUsage,
};
