/** The message in a provider's error, whatever its dialect; cut, and with nothing in it that looks like a key. */

import { isObject } from '../conversation/fields.ts';

const most = 500;

export function errorText(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const [first] = Array.isArray(body) ? body : [body];
  if (!isObject(first)) return null;
  const { error } = first;
  const text = isObject(error) ? error.message : (error ?? first.message ?? first.detail);
  return typeof text === 'string' && text !== '' ? withoutKeys(text).slice(0, most) : null;
}

/** Providers like to repeat a key that they did not take. */
export function withoutKeys(text: string): string {
  return text.replace(/\b(?:sk|key|gsk|xai|AIza|ABSK|bedrock-api-key|wlai)[-_A-Za-z0-9*.]{8,}/g, '[key]');
}
