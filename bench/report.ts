/** What a benchmark found, for people and for programs. Pure. */

import { bars, barText, holds } from './bar.ts';
import type { Figure, Outcome } from './bench.ts';

export interface Report extends Outcome {
  name: string;
  tookMs: number;
  /** Names of the figures that miss their bar. */
  missed: string[];
}

export function makeReport(name: string, outcome: Outcome, tookMs: number): Report {
  return {
    name,
    tookMs: Math.round(tookMs),
    ...outcome,
    missed: outcome.figures.filter((figure) => !isMet(figure)).map((figure) => figure.name),
  };
}

/** All figures, the notes, how long it took; the last line is every held figure against its bar. */
export function reportLines({ name, figures, notes, tookMs }: Report): string[] {
  const width = Math.max(...figures.map((figure) => figure.name.length));
  return [
    ...figures.map((figure) => `  ${figure.name.padEnd(width)}  ${valueText(figure).padStart(10)}`),
    ...notes.map((note) => `  ${note}`),
    `  took ${(tookMs / 1000).toFixed(0)} s`,
    `${name}: ${figures.flatMap((figure) => againstBar(figure) ?? []).join(' · ')}`,
  ];
}

function againstBar(figure: Figure): string | null {
  if (figure.bar === undefined) return null;
  const bar = barText(bars[figure.bar]);
  return `${figure.name} ${valueText(figure)} (bar ${bar}: ${isMet(figure) ? 'met' : 'MISSED'})`;
}

function isMet({ bar, value }: Figure): boolean {
  return bar === undefined || holds(bars[bar], value);
}

function valueText({ value, unit }: Figure): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return `${value.toFixed(digits)}${unit.startsWith('/') || unit === '' ? unit : ` ${unit}`}`;
}
