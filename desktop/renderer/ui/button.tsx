/** The one button there is, in four weights; says so while its work runs. */

import type { ButtonHTMLAttributes } from 'react';
import styles from './button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `main` once per view. `quiet` has no edge. `danger` destroys something. */
  weight?: 'main' | 'plain' | 'quiet' | 'danger' | undefined;
  busy?: boolean | undefined;
}

export function Button({
  weight = 'plain',
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${className ?? ''}`}
      data-weight={weight}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
    >
      {busy && <span className={styles.turn} aria-hidden="true" />}
      {children}
    </button>
  );
}
