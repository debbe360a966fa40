/** A state in one word, with a shape as well as a colour. */

import styles from './status.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'off';

export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={styles.status} data-tone={tone}>
      <span className={styles.mark} aria-hidden="true" />
      {children}
    </span>
  );
}
