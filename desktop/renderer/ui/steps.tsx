/** Work drawn as a rope with a knot for every step: done, under way, failed or still to come. */

import type { ReactNode } from 'react';
import styles from './steps.module.css';

export interface RopeStep {
  id: string;
  label: string;
  state: 'done' | 'now' | 'bad' | 'ahead';
  /** Under the label: how long it took, or what it says now. */
  note?: string;
}

const spoken = { done: 'done', now: 'under way', bad: 'failed', ahead: 'not yet' } as const;

/** From left to right, for a handful. */
export function Rope({ steps, label }: { steps: readonly RopeStep[]; label: string }) {
  return (
    <ol className={styles.rope} aria-label={label}>
      {steps.map((step) => (
        <li key={step.id} data-state={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
          <span className={styles.knot} aria-hidden="true" />
          <span className={styles.label}>{step.label}</span>
          <span className={styles.unseen}>, {spoken[step.state]}</span>
          <span className={styles.note}>{step.note ?? '\u00a0'}</span>
        </li>
      ))}
    </ol>
  );
}

export interface LadderStep extends RopeStep {
  detail?: ReactNode;
}

/** From top to bottom, for many with words beside each. */
export function Ladder({ steps, label }: { steps: readonly LadderStep[]; label: string }) {
  return (
    <ol className={styles.ladder} aria-label={label}>
      {steps.map((step) => (
        <li key={step.id} data-state={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
          <span className={styles.knot} aria-hidden="true" />
          <div>
            <span className={styles.label}>{step.label}</span>
            <span className={styles.unseen}>, {spoken[step.state]}</span>
            {step.note !== undefined && <span className={styles.note}> {step.note}</span>}
            {step.detail !== undefined && <div className={styles.detail}>{step.detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
