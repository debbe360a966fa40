/** An answer as CSV (RFC 4180), such that no program that opens it takes a cell for a formula. Pure. */

import type { Answer, Question } from './query.ts';

/** With a line of heads; times as ISO 8601. Ends with a line end. */
export function answerCsv(
  { dimensions, metrics }: Pick<Question, 'dimensions' | 'metrics'>,
  answer: Answer,
): string {
  const lines = [[...dimensions, ...metrics].map(csvCell)];
  for (const { keys, values } of answer.rows) {
    lines.push([
      ...keys.map((key, index) =>
        csvCell(dimensions[index] === 'time' ? new Date(Number(key)).toISOString() : key),
      ),
      ...values.map((value) => (value === null ? '' : String(value))),
    ]);
  }
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** What visitors sent may begin like a formula; an apostrophe before it makes it text again (OWASP, CSV injection). */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
