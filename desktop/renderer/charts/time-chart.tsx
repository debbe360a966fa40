/** Values over time: lines over an area, marks for what happened, read with the pointer or the arrow keys. */

import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { ChartTable } from './chart-table.tsx';
import styles from './charts.module.css';
import { areaPath, linePath, nearestIndex, placeOf, placeOfTime, roundTicks, spreadLabels } from './scale.ts';
import type { Tone } from './tone.ts';

export interface Series {
  name: string;
  /** One for each time; null where nothing is known, which breaks the line. */
  values: readonly (number | null)[];
  tone?: Tone;
  /** `line` has no area under it, `ghost` is drawn dashed and pale: what it was before. */
  look?: 'area' | 'line' | 'ghost';
}

/** Something that happened: a deployment, an incident. */
export interface TimeMark {
  /** ms since the epoch. */
  at: number;
  label: string;
  tone?: Tone;
  onOpen?(): void;
}

export interface TimeChartProps {
  /** What it shows, for whoever cannot see it. */
  label: string;
  /** ms since the epoch, sorted. */
  times: readonly number[];
  series: readonly Series[];
  marks?: readonly TimeMark[];
  format?(value: number): string;
  /** `axis` is short, `full` stands alone in the reading and in the table. */
  formatTime?(at: number, how: 'axis' | 'full'): string;
  /** Pixels of the drawing. */
  height?: number;
  /** The least that the axis reaches. */
  least?: number;
}

const axisLabels = 7;

export function TimeChart({
  label,
  times,
  series,
  marks = [],
  format = plainNumber,
  formatTime = plainTime,
  height = 200,
  least = 0,
}: TimeChartProps) {
  const [at, setAt] = useState<number | null>(null);
  const here = at === null ? null : Math.min(at, times.length - 1);
  const ticks = roundTicks(
    Math.max(least, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))),
  );
  const most = ticks.at(-1) ?? 1;
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    if (box.width > 0) setAt(nearestIndex((event.clientX - box.left) / box.width, times.length));
  };
  const step = (event: KeyboardEvent<HTMLDivElement>) => {
    const moves: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      Home: -times.length,
      End: times.length,
    };
    const move = moves[event.key];
    if (event.key === 'Escape') setAt(null);
    if (move === undefined) return;
    event.preventDefault();
    setAt(Math.min(times.length - 1, Math.max(0, (here ?? (move < 0 ? times.length : -1)) + move)));
  };
  return (
    <figure className={styles.chart} aria-label={label}>
      <div className={styles.frame} style={{ blockSize: height }}>
        <div className={styles.scale} aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick} style={{ insetBlockEnd: `${(tick / most) * 100}%` }}>
              {format(tick)}
            </span>
          ))}
        </div>
        <div className={styles.plot}>
          <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
            {ticks.map((tick) => (
              <line
                key={tick}
                className={styles.grid}
                x1="0"
                x2="1000"
                y1={1000 - (tick / most) * 1000}
                y2={1000 - (tick / most) * 1000}
              />
            ))}
            {series.map(({ name, values, tone = 'sea', look = 'area' }) => (
              <g key={name} data-tone={tone} data-look={look}>
                {look === 'area' && <path className={styles.area} d={areaPath(values, most)} />}
                <path className={styles.line} d={linePath(values, most)} />
              </g>
            ))}
          </svg>
          <div
            className={styles.reader}
            role="slider"
            tabIndex={0}
            aria-label={`${label}: read with the arrow keys`}
            aria-valuemin={0}
            aria-valuemax={Math.max(0, times.length - 1)}
            aria-valuenow={here ?? 0}
            aria-valuetext={here === null ? 'nothing chosen' : reading(here)}
            onPointerMove={point}
            onPointerLeave={() => setAt(null)}
            onKeyDown={step}
            onBlur={() => setAt(null)}
          />
          {marks.map((mark) => {
            const place = placeOfTime(mark.at, times);
            return (
              place !== null && (
                <button
                  key={`${mark.at} ${mark.label}`}
                  type="button"
                  className={styles.mark}
                  data-tone={mark.tone ?? 'rope'}
                  style={{ insetInlineStart: `${place * 100}%` }}
                  title={`${mark.label}, ${formatTime(mark.at, 'full')}`}
                  aria-label={`${mark.label}, ${formatTime(mark.at, 'full')}`}
                  onClick={mark.onOpen}
                />
              )
            );
          })}
          {here !== null && (
            <div
              className={styles.cursor}
              style={{ insetInlineStart: `${placeOf(here, times.length) * 100}%` }}
            >
              {series.map(({ name, values, tone = 'sea' }) => {
                const value = values[here] ?? null;
                return (
                  value !== null && (
                    <i key={name} data-tone={tone} style={{ insetBlockEnd: `${(value / most) * 100}%` }} />
                  )
                );
              })}
              <output data-side={here > times.length / 2 ? 'left' : 'right'}>
                <b>{formatTime(times[here] ?? 0, 'full')}</b>
                {series.map(({ name, values, tone = 'sea' }) => (
                  <span key={name} data-tone={tone}>
                    {name} <b>{valueText(values[here])}</b>
                  </span>
                ))}
              </output>
            </div>
          )}
        </div>
        <div className={styles.times} aria-hidden="true">
          {spreadLabels(times.length, axisLabels).map((index) => (
            <span
              key={index}
              data-end={(index > 0 && placeOf(index, times.length) > 0.95) || undefined}
              style={{ insetInlineStart: `${placeOf(index, times.length) * 100}%` }}
            >
              {formatTime(times[index] ?? 0, 'axis')}
            </span>
          ))}
        </div>
      </div>
      {series.length > 1 && (
        <ul className={styles.legend} aria-hidden="true">
          {series.map(({ name, tone = 'sea', look = 'area' }) => (
            <li key={name} data-tone={tone} data-look={look}>
              {name}
            </li>
          ))}
        </ul>
      )}
      <ChartTable
        label={label}
        heads={['Time', ...series.map(({ name }) => name)]}
        rows={times.map((time, index) => [
          formatTime(time, 'full'),
          ...series.map(({ values }) => valueText(values[index])),
        ])}
      />
    </figure>
  );

  function valueText(value: number | null | undefined): string {
    return value === null || value === undefined ? '–' : format(value);
  }
  function reading(index: number): string {
    const said = series.map(({ name, values }) => `${name} ${valueText(values[index])}`);
    return `${formatTime(times[index] ?? 0, 'full')}: ${said.join(', ')}`;
  }
}

function plainNumber(value: number): string {
  return value.toLocaleString(undefined, { notation: 'compact', maximumFractionDigits: 1 });
}

function plainTime(at: number, how: 'axis' | 'full'): string {
  return how === 'axis'
    ? new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
    : new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
}
