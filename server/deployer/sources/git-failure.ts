/** What git's own words on stderr mean for a person. */

import { WindlassError } from '../../../shared/errors.ts';

interface Context {
  /** The address without secrets. */
  shown: string;
  ref: string | undefined;
}

type Reading = (context: Context) => WindlassError;

const readings: [pattern: RegExp, reading: Reading][] = [
  [
    /could not resolve host|name or service not known|temporary failure in name resolution|could not resolve hostname/i,
    ({ shown }) =>
      new WindlassError('unavailable', `the host of ${shown} has no address`, {
        hint: 'Check the address for a typing error, and that the server can resolve names.',
      }),
  ],
  [
    /couldn't find remote ref|remote branch .* not found|did not match any|unadvertised object|not our ref|bad object|unknown revision|ambiguous argument|bad revision|expected a single revision|invalid reference|reference is not a tree|unable to read tree/i,
    ({ shown, ref }) =>
      ref === undefined
        ? new WindlassError('invalid', `${shown} has no commits yet`, { hint: 'Push something first.' })
        : new WindlassError('not-found', `${shown} has no branch, tag or commit "${ref}"`, {
            hint: 'Check --ref; a commit id must be pushed, and is best given in full.',
          }),
  ],
  [
    /authentication failed|could not read (username|password)|terminal prompts disabled|permission denied \(|invalid username or|error: 40[13]|http basic: access denied|host key verification failed/i,
    ({ shown }) =>
      new WindlassError(
        'forbidden',
        `${shown} needs a login that the server does not have, or there is no such repository`,
        {
          hint: 'Use https://TOKEN@host/… with an access token, or give the server a deploy key; hosts hide private repositories this way.',
        },
      ),
  ],
  [
    /repository .*not found|does not appear to be a git repository|error: 404|project you were looking for could not be found|no such file or directory|does not exist|not a git repository|not valid: is this a git/i,
    ({ shown }) =>
      new WindlassError('not-found', `there is no repository at ${shown}`, {
        hint: 'Check the address, and that it may be read.',
      }),
  ],
  [
    /connection refused|failed to connect|couldn't connect|network is unreachable|no route to host|connection reset|connection timed out|operation timed out|timed out/i,
    ({ shown }) =>
      new WindlassError('unavailable', `the host of ${shown} does not answer`, {
        hint: 'Check the address and port, and that the server may reach it.',
      }),
  ],
  [
    /ssl certificate|certificate verif|tls|gnutls/i,
    ({ shown }) =>
      new WindlassError('unavailable', `the certificate of ${shown} is not trusted`, {
        hint: 'Add its authority to the certificates of the server (NODE_EXTRA_CA_CERTS, GIT_SSL_CAINFO).',
      }),
  ],
  [
    /no space left on device|disk quota/i,
    () =>
      new WindlassError('limit', 'the disk of the server is full', {
        hint: 'Free some space and try again.',
      }),
  ],
  [
    /transport '[^']*' not allowed/i,
    ({ shown }) =>
      new WindlassError(
        'invalid',
        `${shown}, or a submodule of it, uses a way of transport that is not allowed`,
        {
          hint: 'Use https or ssh.',
        },
      ),
  ],
];

/** `stderr` has been cleared of secrets. Its last lines go into the error where they are not understood. */
export function gitFailure(stderr: string, context: Context): WindlassError {
  for (const [pattern, reading] of readings) if (pattern.test(stderr)) return reading(context);
  const last = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(fatal|error|remote):/i.test(line))
    .slice(-2)
    .join('; ');
  return new WindlassError(
    'failed',
    `git could not fetch ${context.shown}${last === '' ? '' : `: ${last}`}`,
    {
      hint: 'The deployment log has what git wrote.',
    },
  );
}
