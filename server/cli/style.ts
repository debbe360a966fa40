/** Colours, where the terminal wants them. Without them every style is the text itself. */

import type { Io } from './io.ts';

type Paint = (text: string) => string;

export interface Style {
  readonly colour: boolean;
  bold: Paint;
  dim: Paint;
  red: Paint;
  green: Paint;
  yellow: Paint;
  cyan: Paint;
}

export function createStyle(colour: boolean): Style {
  const paint =
    (on: number, off: number): Paint =>
    (text) =>
      colour && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    colour,
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** True on a terminal, unless `NO_COLOR` (no-color.org: set and not empty) or a dumb terminal says otherwise. */
export function wantsColour(io: Pick<Io, 'env'>, isTTY: boolean): boolean {
  return isTTY && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}

/** Text of an app made safe to print: control characters and escape codes go, colours stay where `keepColour`. */
export function printable(text: string, keepColour = false): string {
  const kept = keepColour ? text.replace(/\x1b(?!\[[\d;:]*m)/g, '') : Bun.stripANSI(text);
  const afterReturn = kept.slice(kept.replace(/\r+$/, '').lastIndexOf('\r') + 1);
  const clean = afterReturn.replace(/[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g, '');
  return keepColour && clean.includes('\x1b') ? `${clean}\x1b[0m` : clean;
}
