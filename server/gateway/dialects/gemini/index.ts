/** Google's Gemini, `generateContent`. */

import type { Json } from '../../conversation/fields.ts';
import type { Fault, ProviderDialect, SpokenDialect } from '../dialect.ts';
import { parseAnswer, parseUsage, renderAnswer } from './answer.ts';
import { parseRequest } from './parse-request.ts';
import { renderRequest } from './render-request.ts';
import { streamParser, streamRenderer } from './stream.ts';

const words: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const fault = ({ status, message }: Fault): Json => ({
  error: { code: status, message, status: words[status] ?? 'INTERNAL' },
});

export const gemini: SpokenDialect & ProviderDialect = {
  name: 'gemini',
  parseRequest,
  renderRequest,
  parseAnswer,
  renderAnswer,
  streamParser,
  streamRenderer,
  usage: parseUsage,
  fault,
  streamFault: (each) => `data: ${JSON.stringify(fault(each))}\n\n`,
};
