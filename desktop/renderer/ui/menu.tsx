/** A button that opens a short list of actions (Radix DropdownMenu). */

import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './menu.module.css';

export interface MenuItem {
  label: string;
  danger?: boolean;
  onChoose(): void;
}

export function Menu({ trigger, items }: { trigger: ReactNode; items: readonly MenuItem[] }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} align="end" sideOffset={4}>
          {items.map(({ label, danger, onChoose }) => (
            <DropdownMenu.Item
              key={label}
              className={styles.item}
              data-danger={danger || undefined}
              onSelect={onChoose}
            >
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
