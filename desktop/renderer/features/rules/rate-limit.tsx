/** The rate limit for each visitor, as two numbers. */

import { useState } from 'react';
import type { EnvironmentRules } from '../../../../shared/proxy/contract.ts';
import { effectiveRules } from '../../../../shared/proxy/rules.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './rules-page.module.css';
import type { SetRules } from './rules-page.tsx';

export function RateLimit({ rules, onSet }: { rules: EnvironmentRules; onSet: SetRules }) {
  const rates = effectiveRules(rules.file, rules.set).rates ?? [];
  const [path, setPath] = useState('');
  const [requests, setRequests] = useState('');
  const count = Number(requests);
  const valid =
    /^\d+$/.test(requests) && count >= 1 && count <= 1_000_000 && (path === '' || path.startsWith('/'));
  return (
    <Section title="How often visitors may come">
      {rates.length === 0 ? (
        <p className={styles.none}>As often as they like.</p>
      ) : (
        <Table label="Rate limits" heads={['Path', 'Requests', 'In', 'Counted', '']}>
          {rates.map((rate, index) => (
            <tr key={JSON.stringify(rate)}>
              <td>
                <code>{rate.path ?? 'all'}</code>
              </td>
              <td>{rate.requests.toLocaleString()}</td>
              <td>{rate.per === 60 ? 'a minute' : `${rate.per} s`}</td>
              <td>{rate.by === 'all' ? 'together' : 'each visitor'}</td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  aria-label={`Remove the limit on ${rate.path ?? 'all paths'}`}
                  onClick={() => onSet({ rates: rates.filter((_, each) => each !== index) })}
                >
                  Remove
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!valid) return;
          onSet({ rates: [...rates, { requests: count, per: 60, ...(path === '' ? {} : { path }) }] });
          setPath('');
          setRequests('');
        }}
      >
        <Field label="Path" value={path} onValue={setPath} mono placeholder="all, or /login, or /api/*" />
        <Field label="Requests a minute" inputMode="numeric" value={requests} onValue={setRequests} />
        <Button type="submit" disabled={!valid}>
          Add limit
        </Button>
      </form>
    </Section>
  );
}
