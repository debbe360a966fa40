/** Which repositories may be cloned, and which part of an address is a secret. */

import { WindlassError } from '../../../shared/errors.ts';

export interface GitAddress {
  /** What git is given: without user and password where they go by header. */
  url: string;
  /** For people: never has a password. */
  shown: string;
  /** Value of an `Authorization` header, for http(s) addresses that carried credentials. */
  authorization: string | null;
  /** Texts that must not appear in any output. */
  secrets: string[];
}

export interface AddressRules {
  /** `file:` addresses are refused unless tests or a local server ask for them. */
  allowFile: boolean;
}

const schemes = ['https:', 'http:', 'ssh:'];
const scpLike = /^(?:[A-Za-z0-9_.][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!\/\/)[^\s-][^\s]*$/;

/** Throws `WindlassError('invalid')`. Credentials are taken out of http(s) addresses, so that no process list shows them. */
export function parseGitUrl(text: string, { allowFile }: AddressRules): GitAddress {
  const plain = { url: text, shown: text, authorization: null, secrets: [] };
  if (/[\u0000-\u0020\u007f]/.test(text) || text.startsWith('-')) throw refused(text);
  if (!text.includes('://')) {
    if (!scpLike.test(text)) throw refused(text);
    return plain;
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname.startsWith('-')) throw refused(text);
  if (url.protocol === 'file:' && allowFile) return plain;
  if (!schemes.includes(url.protocol) || url.hostname === '') throw refused(text);
  if (url.protocol === 'ssh:') {
    if (url.username.startsWith('-')) throw refused(text);
    const { password } = url;
    url.password = '';
    return { url: url.href, shown: url.href, authorization: null, secrets: secretsOf(password) };
  }
  return withoutCredentials(url);
}

/** Throws `WindlassError('invalid')` for what git would not take as the name of a branch, tag or commit (git-check-ref-format). */
export function checkGitRef(ref: string): string {
  const wrong =
    ref === '' ||
    ref.length > 250 ||
    ref.startsWith('-') ||
    ref.startsWith('/') ||
    ref.endsWith('/') ||
    ref.endsWith('.lock') ||
    /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//.test(ref);
  if (!wrong) return ref;
  throw new WindlassError(
    'invalid',
    `${JSON.stringify(ref.slice(0, 80))} is not the name of a branch, tag or commit`,
    {
      hint: 'Give --ref a branch, a tag or a commit id.',
    },
  );
}

export const isCommitId = (ref: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);
export const isShortCommitId = (ref: string): boolean => /^[0-9a-f]{7,39}$/.test(ref);

function withoutCredentials(url: URL): GitAddress {
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  if (user === '' && password === '')
    return { url: url.href, shown: url.href, authorization: null, secrets: [] };
  const raw = [url.username, url.password];
  url.username = '';
  url.password = '';
  const token = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    url: url.href,
    shown: url.href,
    authorization: `Basic ${token}`,
    secrets: [...new Set([token, ...secretsOf(password, user, ...raw)])],
  };
}

const secretsOf = (...values: string[]): string[] => values.filter((value) => value.length >= 4);

function refused(text: string): WindlassError {
  const shown = text.replace(/\/\/[^@/]*@/, '//').slice(0, 120);
  return new WindlassError('invalid', `${JSON.stringify(shown)} is not the address of a repository`, {
    hint: 'Use https://host/owner/name.git, ssh://git@host/owner/name.git or git@host:owner/name.git.',
  });
}
