/** Anthropic. */

import { anthropic as dialect } from '../dialects/anthropic/index.ts';
import type { Provider } from './provider.ts';

/** The version of its API that our dialect is. */
const version = '2023-06-01';

export const anthropic: Provider = {
  kind: 'anthropic',
  dialect,
  speaks: ['anthropic'],
  models: ['claude-*'],
  chatPath: () => '/messages',
  otherPath: (path) => (path.startsWith('/messages/') || path.startsWith('/models') ? path : null),
  headers: (secret) => ({
    'anthropic-version': version,
    ...(secret === null ? {} : { 'x-api-key': secret }),
  }),
};
