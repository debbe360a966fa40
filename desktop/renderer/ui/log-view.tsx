/** Lines of a log, only those in sight drawn: as quick with 50,000 as with five. */

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import styles from './log-view.module.css';
import { splitByMatch, visibleRange } from './visible-range.ts';

export interface LogRow {
  at: number;
  origin: string;
  text: string;
  release: number | null;
}

export interface LogViewProps {
  rows: readonly LogRow[];
  label: string;
  /** Stays at the end as lines come, until the person scrolls up. */
  follow: boolean;
  onFollow?: (follow: boolean) => void;
  /** Marked in the lines. */
  find?: string;
  tall?: boolean;
  /** Which release wrote a line, beside it. */
  releases?: boolean;
}

const spare = 30;
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

export function LogView({
  rows,
  label,
  follow,
  onFollow,
  find = '',
  tall = false,
  releases = false,
}: LogViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const [rowHeight, setRowHeight] = useState(20);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => {
      setRowHeight(1.25 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
      setSeen({ top: element.scrollTop, height: element.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (follow && element !== null && rows.length > 0) element.scrollTop = element.scrollHeight;
  }, [follow, rows.length]);
  const { first, end } = visibleRange(seen.top, seen.height, rowHeight, rows.length, spare);
  return (
    <div
      ref={box}
      className={styles.view}
      data-tall={tall || undefined}
      style={tall ? undefined : { height: Math.min(18, rows.length + 2) * rowHeight }}
      role="log"
      aria-label={label}
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard.
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        const { scrollTop, clientHeight, scrollHeight } = currentTarget;
        setSeen({ top: scrollTop, height: clientHeight });
        const atEnd = scrollTop + clientHeight >= scrollHeight - rowHeight;
        if (atEnd !== follow) onFollow?.(atEnd);
      }}
    >
      <div className={styles.all} style={{ height: rows.length * rowHeight }}>
        <div style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {rows.slice(first, end).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the log.
            <div key={first + index} className={styles.row} style={{ height: rowHeight }}>
              <time>{clock.format(row.at)}</time>
              {releases && <span className={styles.release}>{row.release ?? ''}</span>}
              <span className={styles.text} data-own={row.origin === 'windlass' || undefined}>
                {splitByMatch(row.text, find).map(({ text, matches, at }) =>
                  matches ? <mark key={at}>{text}</mark> : text,
                )}
              </span>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
