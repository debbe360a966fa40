/** OpenAI's Chat Completions: what most apps and most providers speak. */

import type { ProviderDialect, SpokenDialect } from '../dialect.ts';
import { parseAnswer, renderAnswer } from './answer.ts';
import { renderFault } from './fault.ts';
import { parseRequest } from './parse-request.ts';
import { streamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { streamRenderer } from './render-stream.ts';
import { parseUsage } from './usage.ts';

export const openaiChat: SpokenDialect & ProviderDialect = {
  name: 'openai-chat',
  parseRequest,
  renderRequest,
  parseAnswer,
  renderAnswer: (answer) => renderAnswer(answer),
  streamParser,
  streamRenderer: (request) => streamRenderer(request),
  usage: parseUsage,
  fault: renderFault,
  streamFault: (fault) => `data: ${JSON.stringify(renderFault(fault))}\n\n`,
};
