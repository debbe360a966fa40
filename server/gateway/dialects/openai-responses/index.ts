/** OpenAI's Responses, as apps speak it. Providers that have it get it as it came. */

import type { SpokenDialect } from '../dialect.ts';
import { renderFault } from '../openai-chat/fault.ts';
import { renderAnswer } from './answer.ts';
import { parseRequest } from './parse-request.ts';
import { streamRenderer } from './render-stream.ts';

export const openaiResponses: SpokenDialect = {
  name: 'openai-responses',
  parseRequest,
  renderAnswer,
  streamRenderer: (request) => streamRenderer(request),
  fault: renderFault,
  streamFault: ({ type, message, field }) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', code: type, message, param: field, sequence_number: 0 })}\n\n`,
};
