/** The parts of a page: its head, its sections, its facts, its tables. Hairlines instead of boxes. */

import type { ReactNode } from 'react';
import styles from './page.module.css';

export function PageHead({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className={styles.head}>
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <div className={styles.lead}>{lead}</div>}
      </div>
      {children !== undefined && <div className={styles.actions}>{children}</div>}
    </header>
  );
}

/** From one thing back to the list that it is in. */
export function Back({ children }: { children: ReactNode }) {
  return <p className={styles.back}>{children}</p>;
}

/** The head of one thing within a page. */
export function SubHead({ title, lead }: { title: string; lead?: ReactNode }) {
  return (
    <header className={styles.sub}>
      <h2>{title}</h2>
      {lead !== undefined && <p className={styles.lead}>{lead}</p>}
    </header>
  );
}

export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.section} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** A few figures in one line. `strong` is for the live release, and for a figure that should not be what it is. */
export function Facts({ facts }: { facts: readonly { term: string; value: ReactNode; strong?: boolean }[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ term, value, strong }) => (
        <div key={term} data-strong={strong || undefined}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A figure stands right-aligned in a `Figure`, and so does its head. */
export function Table({
  label,
  heads,
  figures = [],
  children,
}: {
  label: string;
  heads: readonly string[];
  /** Those heads whose columns are figures. */
  figures?: readonly string[];
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard.
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {heads.map((head, index) => (
              <th key={head || String(index)} scope="col" data-figure={figures.includes(head) || undefined}>
                {head || <span className={styles.unseen}>Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

/** A cell of a `Table` that holds an amount. */
export function Figure({ children }: { children?: ReactNode }) {
  return <td data-figure>{children}</td>;
}
