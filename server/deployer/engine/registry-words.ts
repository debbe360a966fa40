/** What a registry's refusal means, from the engine's words about it, and what to do then. Pure. */

import { type ErrorCode, WindlassError } from '../../../shared/errors.ts';
import { dockerHub, type RegistryLogin } from './credentials.ts';

export type RegistryRefusal = 'limited' | 'missing' | 'unauthorized' | 'unreachable';

/**
 * The first that fits. Codes are of the OCI Distribution Specification 1.1, "Error Codes"; around them engines put words of
 * their own, and Docker Hub says `denied` of what does not exist, too.
 */
const said: readonly [RegistryRefusal, RegExp][] = [
  ['limited', /toomanyrequests|too many requests|rate limit|\b429\b/i],
  [
    'missing',
    /manifest (for \S+ )?(not found|unknown)|manifest_unknown|name unknown|name_unknown|: not found$|\b404\b/i,
  ],
  [
    'unauthorized',
    /unauthorized|no basic auth credentials|authentication required|access denied|\bdenied\b|insufficient_scope|incorrect username|\b40[13]\b|failed to authorize/i,
  ],
  [
    'unreachable',
    /no such host|connection refused|network is unreachable|no route to host|i\/o timeout|TLS handshake|x509:|HTTP response to HTTPS client|deadline exceeded|Client\.Timeout|connection reset|: EOF$/i,
  ],
];

/** Null for words that are about something else. */
export function registryRefusal(words: string): RegistryRefusal | null {
  return said.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}

export interface RegistryFailure {
  /** What was asked for: `the image shop/web:1`, say. */
  what: string;
  registry: string;
  /** What was shown to it; null for nothing. */
  login: Pick<RegistryLogin, 'username'> | null;
  /** The engine's own. */
  words: string;
  cause?: unknown;
}

export function registryFailure({ what, registry, login, words, cause }: RegistryFailure): WindlassError {
  const fail = (code: ErrorCode, message: string, hint: string) =>
    new WindlassError(code, message, { hint, cause });
  const add = `\`windlass registry add ${registry} --user NAME\``;
  const refusal = registryRefusal(words);
  switch (refusal) {
    case 'limited':
      return fail(
        'limit',
        `${registry} answers no more requests for now (rate limit), so ${what} could not be had`,
        login === null
          ? `Log in, as it counts requests without a login by address: ${add}; or wait, at Docker Hub up to six hours.`
          : `The limit of ${login.username} is used up: wait (at Docker Hub up to six hours), or use another login.`,
      );
    case 'missing':
      return fail(
        'not-found',
        `${registry} has no such image: ${what}`,
        'Check its name and tag; the registry was reached, and the login was not the problem.',
      );
    case 'unauthorized':
      return login === null
        ? fail(
            'forbidden',
            `${registry} gives ${what} to nobody without a login${registry === dockerHub ? ', or has none of that name' : ''}`,
            `Give it one with ${add}, and check the name of the image.`,
          )
        : fail(
            'forbidden',
            `${registry} does not give ${what} to ${login.username}`,
            `\`windlass registry check ${registry}\` says whether the login itself is good; else it lacks the right to read this image, or there is none of that name.`,
          );
    case 'unreachable':
      return fail(
        'unavailable',
        `${registry} could not be reached for ${what}: ${lastWords(words)}`,
        "Check the name of the registry, the server's network and DNS, and, for one without TLS, the engine's insecure-registries.",
      );
    case null:
      return fail(
        'failed',
        `${what} could not be had: ${words}`,
        'Check its name, and that the registry works.',
      );
  }
}

/** Of a chain of causes the innermost, which is what happened. */
function lastWords(words: string): string {
  return words.split(': ').slice(-2).join(': ');
}
