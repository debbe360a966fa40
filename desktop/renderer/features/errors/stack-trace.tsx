/** An error's frames, the innermost first; those of the app with their source, the others on demand. */

import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './errors.module.css';
import type { ShownError, ShownFrame } from './read-payload.ts';

export function StackTrace({ error, cause }: { error: ShownError; cause: boolean }) {
  const hasOwn = error.frames.some(({ inApp }) => inApp);
  const [all, setAll] = useState(!hasOwn);
  const frames = error.frames.filter(({ inApp }) => all || inApp);
  return (
    <Section
      title={`${cause ? 'Caused by ' : ''}${error.type}${error.value === '' ? '' : `: ${error.value}`}`}
      aside={
        hasOwn &&
        error.frames.some(({ inApp }) => !inApp) && (
          <Button weight="quiet" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? 'Only the app' : `All ${error.frames.length} frames`}
          </Button>
        )
      }
    >
      <ol className={styles.frames}>
        {frames.map((frame, order) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an event never changes.
          <li key={order} data-own={frame.inApp}>
            {frame.function} <span className={styles.place}>{frame.place}</span>
            {frame.inApp && frame.context !== null && <Source frame={frame} />}
            {frame.minified !== null && <p className={styles.place}>deployed as {frame.minified}</p>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Source({ frame }: { frame: ShownFrame }) {
  const first = frame.line - frame.before.length;
  const lines = [...frame.before, frame.context ?? '', ...frame.after].map((text, offset) => ({
    number: first + offset,
    text,
  }));
  return (
    <div className={styles.source}>
      {lines.map(({ number, text }) => (
        <span key={number} data-here={number === frame.line}>
          {String(number).padStart(5)} {text}
        </span>
      ))}
    </div>
  );
}
