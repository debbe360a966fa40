/** Budgets: what is spent of each, and new ones. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import {
  type AiBudget,
  type AiKey,
  type BudgetPeriod,
  budgetPeriod,
} from '../../../../shared/gateway/contract.ts';
import { dollarText, parseDollars } from '../../../../shared/gateway/money.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import styles from './gateway.module.css';
import { budgetText, shareOf } from './money-text.ts';

export function Budgets({
  server,
  apps,
  keys,
  budgets,
}: {
  server: string;
  apps: readonly App[];
  keys: readonly AiKey[];
  budgets: readonly AiBudget[];
}) {
  const client = useServerClient(server);
  const { running, error, run } = useAction();
  const [amount, setAmount] = useState('');
  const [period, setPeriod] = useState<BudgetPeriod>('month');
  const [app, setApp] = useState('');
  const limit = parseDollars(amount);
  return (
    <Section title="Budgets">
      {error && <Notice message={error.message} hint={error.hint} />}
      {budgets.length > 0 && (
        <Table
          label="Budgets"
          heads={['Budget', 'Spent', 'Reserved', 'Used', '']}
          figures={['Spent', 'Reserved']}
        >
          {budgets.map((budget) => (
            <tr key={budget.id}>
              <td className={styles.name}>{budgetText(budget, keys)}</td>
              <Figure>{dollarText(budget.spent)}</Figure>
              <Figure>{dollarText(budget.reserved)}</Figure>
              <td>
                <meter min={0} max={1} high={0.8} value={Math.min(1, shareOf(budget))}>
                  {Math.round(shareOf(budget) * 100)} %
                </meter>{' '}
                {Math.round(shareOf(budget) * 100)} %
              </td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  aria-label={`Remove ${budgetText(budget, keys)}`}
                  onClick={() =>
                    run(async () => {
                      await client.call('aiBudgets.remove', { id: budget.id });
                    })
                  }
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
          if (limit === null) return;
          void run(async () => {
            const scope = { app: app === '' ? null : app, environment: null, key: null, model: null };
            await client.call('aiBudgets.set', { ...scope, limit, period });
            setAmount('');
          });
        }}
      >
        <Field label="Dollars" value={amount} onValue={setAmount} inputMode="decimal" placeholder="20" />
        <Select<BudgetPeriod>
          label="A"
          value={period}
          options={budgetPeriod.options.map((value) => ({ value, label: value }))}
          onValue={setPeriod}
        />
        <Select
          label="Of"
          value={app}
          options={[
            { value: '', label: 'everything' },
            ...apps.map(({ name }) => ({ value: name, label: name })),
          ]}
          onValue={setApp}
        />
        <Button type="submit" busy={running} disabled={limit === null}>
          Add budget
        </Button>
      </form>
      <p className={styles.none}>
        A call is refused before it is sent where the most it can cost does not fit any more. Periods are of
        the calendar, in UTC.
      </p>
    </Section>
  );
}
