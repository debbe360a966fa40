/** Models: aliases, and what each costs. */

import { useState } from 'react';
import type { AiAlias, AiPrice } from '../../../../shared/gateway/contract.ts';
import { Field } from '../../ui/field.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import styles from './gateway.module.css';
import { priceText } from './money-text.ts';

const most = 25;

export function Models({ aliases, prices }: { aliases: readonly AiAlias[]; prices: readonly AiPrice[] }) {
  const [wanted, setWanted] = useState('');
  const found = prices.filter(({ model, provider }) => `${provider} ${model}`.includes(wanted));
  return (
    <Section title="Models and prices">
      {aliases.length > 0 && (
        <Table label="Aliases" heads={['Alias', 'By', 'Answered by']}>
          {aliases.map(({ name, strategy, targets }) => (
            <tr key={name}>
              <td className={styles.value}>{name}</td>
              <td>{strategy}</td>
              <td className={styles.value}>
                {targets
                  .map(
                    ({ provider, model, weight }) =>
                      `${provider}/${model}${weight === 1 ? '' : ` ×${weight}`}`,
                  )
                  .join(', ')}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Field label="Find" value={wanted} onValue={setWanted} placeholder="gpt-5" />
      <Table
        label="Prices for a million tokens"
        heads={['Model', 'Provider', 'Input', 'From a cache', 'Output', 'From']}
        figures={['Input', 'From a cache', 'Output']}
      >
        {found.slice(0, most).map((price) => (
          <tr key={`${price.provider}/${price.model}/${price.version}`}>
            <td className={styles.value}>{price.model}</td>
            <td>{price.provider || 'all'}</td>
            <Figure>{priceText(price.input)}</Figure>
            <Figure>{priceText(price.cacheRead)}</Figure>
            <Figure>{priceText(price.output)}</Figure>
            <td>{price.version}</td>
          </tr>
        ))}
      </Table>
      <p className={styles.none}>
        Dollars for a million tokens. {found.length > most && `${found.length - most} more match. `}
        <code>windlass ai models price MODEL INPUT OUTPUT</code> sets one of your own.
      </p>
    </Section>
  );
}
