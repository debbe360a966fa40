/** Words of `windlass ai` as values. */

import { parseDollars } from '../../../shared/gateway/money.ts';
import { UsageError } from '../usage-error.ts';

export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

export function wholeId(text: string | undefined, see: string): number {
  if (text === undefined || !/^[1-9]\d{0,15}$/.test(text))
    throw new UsageError('which one?', `See \`${see}\`.`);
  return Number(text);
}

/** Nanodollars. */
export function dollars(text: string | undefined, what: string): number {
  const amount = text === undefined ? null : parseDollars(text);
  if (amount === null) throw new UsageError(`${what} is an amount of dollars`, 'For example 20 or 0.50.');
  return amount;
}
