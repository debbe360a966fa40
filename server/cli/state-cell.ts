/** A state in its colour: green works, yellow wants a look, red does not work. */

import type { Style } from './style.ts';
import type { PaintedCell } from './table.ts';

const good = new Set(['running', 'live', 'flowing', 'ok', 'sent', 'up', 'resolved', 'secure', 'renewing']);
const bad = new Set([
  'degraded',
  'crash-looping',
  'failed',
  'rolled-back',
  'failing',
  'refused',
  'given-up',
  'down',
  'open',
  'blocked',
]);
const quiet = new Set([
  'empty',
  'asleep',
  'cold',
  'pruned',
  'superseded',
  'cancelled',
  'not-needed',
  'off',
  'private',
]);

export function stateCell(state: string, style: Style): PaintedCell {
  if (good.has(state)) return { text: state, paint: style.green };
  if (bad.has(state)) return { text: state, paint: style.red };
  if (quiet.has(state)) return { text: state, paint: style.dim };
  return { text: state, paint: style.yellow };
}
