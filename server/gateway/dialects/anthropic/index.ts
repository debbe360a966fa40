/** Anthropic's Messages. */

import type { ProviderDialect, SpokenDialect } from '../dialect.ts';
import { parseAnswer, renderAnswer } from './answer.ts';
import { renderFault } from './fault.ts';
import { parseRequest } from './parse-request.ts';
import { streamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { streamFault, streamRenderer } from './render-stream.ts';
import { parseUsage } from './usage.ts';

export const anthropic: SpokenDialect & ProviderDialect = {
  name: 'anthropic',
  parseRequest,
  renderRequest,
  parseAnswer,
  renderAnswer,
  streamParser,
  streamRenderer,
  usage: parseUsage,
  fault: renderFault,
  streamFault,
};
