/** Tokens in the links of letters: they say who, and that we made them. Pure. */

import { createHmac, timingSafeEqual } from 'node:crypto';

export type Purpose = 'confirm' | 'unsubscribe';

export function makeToken(key: string, purpose: Purpose, subscriber: number): string {
  return `${subscriber}.${sign(key, purpose, subscriber).toString('base64url')}`;
}

/** The subscriber; null for a token that is not ours, or for another purpose. */
export function readToken(key: string, purpose: Purpose, token: string): number | null {
  const [, id, signature] = /^(\d{1,15})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  if (id === undefined || signature === undefined) return null;
  const given = Buffer.from(signature, 'base64url');
  return timingSafeEqual(given, sign(key, purpose, Number(id))) ? Number(id) : null;
}

function sign(key: string, purpose: Purpose, subscriber: number): Buffer {
  return createHmac('sha256', key).update(`${purpose}:${subscriber}`).digest();
}
