/** Links between the views of one thing. */

import styles from './app-frame.module.css';
import { Go, type Place } from './navigation.tsx';

export function TabBar({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { name: string; label: string; to: Place; here: boolean }[];
}) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ name, label, to, here }) => (
        <Go key={name} to={to} aria-current={here ? 'page' : undefined}>
          {label}
        </Go>
      ))}
    </nav>
  );
}
