/** Parts of a file (RFC 9110 section 14): one range of bytes; several at once are answered with the whole. */

export type RangeAnswer =
  | { kind: 'whole' }
  /** `end` is exclusive. */
  | { kind: 'part'; start: number; end: number }
  | { kind: 'unsatisfiable' };

const whole: RangeAnswer = { kind: 'whole' };

/** `value`: the Range field, empty where there is none. What is not understood is ignored, as the RFC asks. */
export function parseRange(value: string, size: number): RangeAnswer {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(value);
  if (match === null) return whole;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return whole;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return whole;
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
