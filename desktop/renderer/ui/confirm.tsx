/** Asks before something is destroyed (Radix AlertDialog); for the gravest, the name has to be typed. */

import { AlertDialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import dialog from './dialog.module.css';
import { Field } from './field.tsx';

export interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** On the button: the verb and the noun. */
  action: string;
  /** Has to be typed first. */
  typed?: string;
  open: boolean;
  busy?: boolean;
  onClose(): void;
  onConfirm(): void;
}

export function Confirm({ title, children, action, typed, open, busy, onClose, onConfirm }: ConfirmProps) {
  const [text, setText] = useState('');
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => next || onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={dialog.shade} />
        <AlertDialog.Content className={dialog.sheet}>
          <AlertDialog.Title className={dialog.title}>{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className={dialog.lead}>{children}</div>
          </AlertDialog.Description>
          {typed !== undefined && (
            <Field label={`Type “${typed}” to go on`} value={text} onValue={setText} mono />
          )}
          <div className={dialog.end}>
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button
              weight="danger"
              busy={busy}
              disabled={typed !== undefined && text !== typed}
              onClick={onConfirm}
            >
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
