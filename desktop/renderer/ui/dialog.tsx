/** A window over the page (Radix Dialog): focus stays in it, Escape closes it. */

import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './dialog.module.css';

export interface DialogProps {
  title: string;
  /** One sentence; read out with the title. */
  lead?: ReactNode;
  open: boolean;
  onClose(): void;
  children: ReactNode;
  wide?: boolean;
}

export function Dialog({ title, lead, open, onClose, children, wide = false }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles.shade} />
        <Primitive.Content
          className={styles.sheet}
          data-wide={wide || undefined}
          {...(lead === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className={styles.head}>
            <Primitive.Title className={styles.title}>{title}</Primitive.Title>
            <Primitive.Close className={styles.close} aria-label="Close">
              ×
            </Primitive.Close>
          </header>
          {lead !== undefined && (
            <Primitive.Description className={styles.lead}>{lead}</Primitive.Description>
          )}
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** The row of buttons at a dialog's end. */
export function DialogEnd({ children }: { children: ReactNode }) {
  return <div className={styles.end}>{children}</div>;
}
