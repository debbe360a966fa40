/** Commits that may have brought an issue, and why they are named. */

import type { IssueDetails } from '../../../../shared/errors/contract.ts';
import { ago } from '../../app/amounts.ts';
import { Section, Table } from '../../ui/page.tsx';
import styles from './errors.module.css';

export function Suspects({ issue }: { issue: IssueDetails }) {
  // A server of an older version does not say which release, and knows of the first alone.
  const {
    suspects = [],
    firstRelease,
    suspectsOf: { release, again } = { release: firstRelease, again: false },
  } = issue;
  if (suspects.length === 0) return null;
  return (
    <Section title="Suspect commits">
      <p className={styles.place}>
        New in {release},{' '}
        {again ? 'with which this issue came back' : 'the release that first had this issue'}, and they
        touched a file of its stack.
      </p>
      <Table label="Suspect commits" heads={['Commit', 'Author', 'When', 'What', 'File']}>
        {suspects.map(({ id, author, at, subject, file }) => (
          <tr key={id}>
            <td>{id.slice(0, 10)}</td>
            <td>{author}</td>
            <td>{ago(at, Date.now())}</td>
            <td className={styles.issue}>{subject}</td>
            <td className={styles.issue}>{file}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
