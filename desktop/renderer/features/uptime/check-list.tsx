/** Checks in a list of which only what is in sight is drawn, and asked for its beats: as smooth with 2,000 as with two. */

import { useEffect, useRef, useState } from 'react';
import type { CheckView } from '../../../../shared/uptime/contract.ts';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Status } from '../../ui/status.tsx';
import { visibleRange } from '../../ui/visible-range.ts';
import { percentText, statusTone } from './beat-cells.ts';
import { BeatStrip } from './beat-strip.tsx';
import styles from './uptime.module.css';

const rowRem = 3.25;
const spare = 8;

export function CheckList({ server, checks }: { server: string; checks: readonly CheckView[] }) {
  const client = useServerClient(server);
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600, row: 52 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () =>
      setSeen({
        top: element.scrollTop,
        height: element.clientHeight,
        row: rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
      });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { first, end } = visibleRange(seen.top, seen.height, seen.row, checks.length, spare);
  const shown = checks.slice(first, end);
  const ids = shown.map(({ id }) => id);
  const beats = useAsked(
    `beats ${ids.join()}`,
    async (signal) => {
      const answer = await client.call('checks.beats', { ids, span: '90d', times: false }, signal);
      return new Map(answer.beats.map((each) => [each.id, each]));
    },
    60_000,
  );
  return (
    <section
      ref={box}
      className={styles.list}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard.
      tabIndex={0}
      aria-label={`${checks.length} checks`}
      style={{ height: `min(70vh, ${checks.length * rowRem}rem)` }}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) =>
        setSeen((before) => ({ ...before, top: scrollTop, height: clientHeight }))
      }
    >
      <ul style={{ height: checks.length * seen.row }}>
        {shown.map((check, index) => {
          const found = beats.value?.get(check.id);
          return (
            <li key={check.id} style={{ transform: `translateY(${(first + index) * seen.row}px)` }}>
              <Go to={{ kind: 'server-page', server, page: 'checks', sub: [String(check.id)] }}>
                {check.name}
              </Go>
              <Status tone={statusTone(check.status, check.failing)}>{check.status}</Status>
              <span className={styles.detail} title={check.detail ?? ''}>
                {check.detail ?? check.target.kind}
              </span>
              {found ? <BeatStrip name={check.name} beats={found.beats} uptime={found.uptime} /> : <span />}
              <span className={styles.figure}>{percentText(found?.uptime ?? null)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
