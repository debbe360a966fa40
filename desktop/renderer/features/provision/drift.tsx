/** What is no longer as it was set up, and the button that mends it. */

import type { Drift } from '../../../../shared/desktop/provision.ts';
import { ago } from '../../app/amounts.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import styles from './setup-page.module.css';

export interface Checked {
  drifts: readonly Drift[];
  /** How many steps were looked at. */
  checked: number;
  /** Ms since the epoch. */
  checkedAt: number;
}

export interface DriftSectionProps {
  found: Checked | null;
  running: boolean;
  onCheck(): void;
  onRepair(): void;
}

export function DriftSection({ found, running, onCheck, onRepair }: DriftSectionProps) {
  const repairable = found?.drifts.some((each) => each.repairable) ?? false;
  return (
    <Section
      title="Since it was set up"
      aside={
        <Button weight="quiet" busy={running} onClick={onCheck}>
          Check again
        </Button>
      }
    >
      {found === null ? (
        <p className={styles.quiet}>Compares the server with how it was set up, and changes nothing.</p>
      ) : found.drifts.length === 0 ? (
        <p>
          <Status tone="good">{`all ${found.checked} things are as they were set up`}</Status>{' '}
          <span className={styles.quiet}>{ago(found.checkedAt, Date.now())}</span>
        </p>
      ) : (
        <>
          <ul className={styles.drifts} aria-label="What changed">
            {found.drifts.map(({ step, title, message, hint, repairable: can }) => (
              <li key={step}>
                <Status tone={can ? 'warn' : 'bad'}>{title}</Status>
                <span>
                  {message}
                  {hint !== undefined && <strong className={styles.hint}>{hint}</strong>}
                </span>
              </li>
            ))}
          </ul>
          {repairable && (
            <Button weight="main" busy={running} onClick={onRepair}>
              Repair
            </Button>
          )}
        </>
      )}
    </Section>
  );
}
