/** Whose every byte of the server's data folder is, within which budget it lives, and what would go next. */

import { useState } from 'react';
import type { DiskHolding } from '../../../../shared/deployer/disk-contract.ts';
import { size } from '../../app/amounts.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Facts, Figure, Section, Table } from '../../ui/page.tsx';
import styles from './disk-page.module.css';

export function DiskPage({ server }: { server: string }) {
  const client = useServerClient(server);
  const asked = useAsked('disk', (signal) => client.call('disk.report', {}, signal), 30_000);
  const [freeing, setFreeing] = useState(false);
  const report = asked.value;
  if (report === null) {
    return asked.error ? (
      <Notice message={asked.error.message} hint={asked.error.hint} />
    ) : (
      <Waiting label="Adding up the data folder" />
    );
  }
  const free = async () => {
    setFreeing(true);
    try {
      const { removed, freed } = await client.call('disk.sweep', {});
      say({ tone: 'good', text: removed === 0 ? 'Everything is within its budget' : `Freed ${size(freed)}` });
      asked.again();
    } catch (error) {
      say({ tone: 'bad', text: error instanceof Error ? error.message : String(error) });
    } finally {
      setFreeing(false);
    }
  };
  const largest = Math.max(1, ...report.holdings.map(({ bytes }) => bytes));
  const freeable = report.holdings.reduce((sum, holding) => sum + holding.freeable, 0);
  return (
    <>
      <Facts
        facts={[
          { term: 'Windlass holds', value: size(report.bytes) },
          { term: 'Free on the disk', value: size(report.free), strong: report.free < report.floor },
          { term: 'Kept free', value: size(report.floor) },
          { term: 'Folder', value: report.folder },
        ]}
      />
      {report.free < report.floor * 2 && (
        <Notice
          tone="warn"
          message={`Only ${size(report.free)} are free; below ${size(report.floor)} nothing is built`}
          hint="Free what is past its budget, remove an app you no longer need, or give the server a larger disk."
        />
      )}
      <Section
        title="What lies there"
        aside={
          <Button disabled={freeing || freeable === 0} onClick={() => void free()}>
            {freeable === 0 ? 'Nothing to free' : `Free ${size(freeable)}`}
          </Button>
        }
      >
        <Table
          label="What the data folder holds"
          heads={['Kind', 'App', 'Size', 'Files', 'Kept', 'Would go']}
          figures={['Files', 'Would go']}
        >
          {report.holdings
            .toSorted((a, b) => b.bytes - a.bytes)
            .map((holding) => (
              <tr key={`${holding.kind} ${holding.app}`}>
                <td>{holding.kind}</td>
                <td>{holding.app ?? ''}</td>
                <td>
                  <span className={styles.size}>
                    {size(holding.bytes)}
                    <span
                      className={styles.bar}
                      style={{ inlineSize: `${(holding.bytes / largest) * 5}rem` }}
                    />
                  </span>
                </td>
                <Figure>{holding.files}</Figure>
                <td>{kept(holding)}</td>
                <Figure>{holding.freeable === 0 ? '' : size(holding.freeable)}</Figure>
              </tr>
            ))}
        </Table>
      </Section>
    </>
  );
}

function kept({ budget, kind }: DiskHolding): string {
  if (budget !== null) {
    return `${size(budget.bytes)} an app, ${budget.days === 1 ? 'one day' : `${budget.days} days`}`;
  }
  return kind === 'volumes' ? 'always: it is yours' : 'as long as it is needed';
}
