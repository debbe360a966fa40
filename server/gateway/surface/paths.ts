/** What an address of the gateway asks for. */

import { appName, environmentName } from '../../../shared/names.ts';

/** Which instances a base URL was given to; it says the release, which no SDK could. */
export interface CallerPath {
  readonly app: string;
  readonly environment: string;
  readonly release: number;
}

export type Operation =
  | { readonly kind: 'chat'; readonly dialect: 'openai-chat' | 'openai-responses' | 'anthropic' }
  | { readonly kind: 'generate'; readonly model: string; readonly stream: boolean }
  | { readonly kind: 'models'; readonly id: string | null }
  /** Passed on as it is; `path` is behind `/v1`. */
  | { readonly kind: 'other'; readonly path: string };

export interface Asked {
  readonly caller: CallerPath | null;
  readonly operation: Operation | null;
}

const chats = {
  '/chat/completions': 'openai-chat',
  '/responses': 'openai-responses',
  '/messages': 'anthropic',
} as const;

/** What is passed on needs a model to be priced and allowed by, so it is these and no others. */
const others =
  /^\/(?:completions|embeddings|moderations|images\/(?:generations|edits|variations)|audio\/(?:speech|transcriptions|translations)|messages\/count_tokens|rerank|responses\/compact|responses\/input_tokens)$/;

/** `path` as it came, without the query. */
export function readPath(path: string, method: string): Asked {
  if (!path.startsWith('/apps/')) return { caller: null, operation: operationOf(path, method) };
  const scoped = /^\/apps\/([^/]+)\/([^/]+)\/(\d{1,9})(\/.*)$/.exec(path);
  if (scoped === null) return { caller: null, operation: null };
  const [, app = '', environment = '', release = '', rest = ''] = scoped;
  if (!appName.safeParse(app).success || !environmentName.safeParse(environment).success) {
    return { caller: null, operation: null };
  }
  return { caller: { app, environment, release: Number(release) }, operation: operationOf(rest, method) };
}

function operationOf(path: string, method: string): Operation | null {
  const rest = path.startsWith('/v1/') ? path.slice(3) : path.startsWith('/v1beta/') ? path.slice(7) : null;
  if (rest === null) return null;
  if (method === 'GET') {
    if (rest === '/models') return { kind: 'models', id: null };
    return rest.startsWith('/models/') ? { kind: 'models', id: decode(rest.slice(8)) } : null;
  }
  if (method !== 'POST') return null;
  const chat = chats[rest as keyof typeof chats];
  if (chat !== undefined) return { kind: 'chat', dialect: chat };
  const generate = /^\/models\/([^/:]+(?:\/[^/:]+)?):(generateContent|streamGenerateContent)$/.exec(rest);
  if (generate !== null) {
    return { kind: 'generate', model: decode(generate[1] ?? ''), stream: generate[2] !== 'generateContent' };
  }
  return others.test(rest) ? { kind: 'other', path: rest } : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
