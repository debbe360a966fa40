/** Something went wrong or should be known: what happened, and what to do next. */

import type { ReactNode } from 'react';
import styles from './notice.module.css';

export function Notice({
  tone = 'bad',
  message,
  hint,
  children,
}: {
  tone?: 'bad' | 'warn' | 'plain';
  message: ReactNode;
  hint?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={styles.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <p className={styles.message}>{typeof message === 'string' ? asSentence(message) : message}</p>
      {hint !== undefined && hint !== '' && <p className={styles.hint}>{hint}</p>}
      {children}
    </div>
  );
}

/** What a server says begins small, for it stands behind `error:` in a terminal. Ids and paths stay as they are. */
function asSentence(message: string): string {
  return /^[a-z]+[ ,’']/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
}

/** A view with nothing in it yet: says what would be here and how to get it. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.empty}>
      <svg viewBox="0 0 120 40" aria-hidden="true">
        <path d="M4 20h34c8 0 8-12 16-12s10 24 18 24 8-12 16-12h28" />
        <circle cx="4" cy="20" r="3" />
        <circle cx="116" cy="20" r="3" />
      </svg>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** What waits for more than 300 ms says so; what is quicker shows nothing at all. */
export function Waiting({ label }: { label: string }) {
  return (
    <div className={styles.waiting} role="status">
      <span className={styles.bar} aria-hidden="true" />
      {label}
    </div>
  );
}
