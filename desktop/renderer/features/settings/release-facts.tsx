/** How the live release is checked and limited, as its `windlass.json` says or its defaults have it. */

import type { Environment } from '../../../../shared/deployer/model.ts';
import { span } from '../../app/amounts.ts';
import { Facts, Section } from '../../ui/page.tsx';
import styles from './settings.module.css';

export function ReleaseFacts({ live }: { live: NonNullable<Environment['live']> }) {
  const { health, limits } = live;
  return (
    <Section title="Health and limits">
      <Facts
        facts={[
          { term: 'Checked at', value: <code>{health.path}</code> },
          { term: 'Must answer within', value: span(health.timeout * 1000) },
          {
            term: 'Watched after going live',
            value: health.watch === 0 ? 'not at all' : span(health.watch * 1000),
          },
          { term: 'Memory at most', value: limits.memory ?? 'no limit' },
          {
            term: 'Processor at most',
            value: limits.cpu === null ? 'no limit' : `${limits.cpu} ${limits.cpu === 1 ? 'core' : 'cores'}`,
          },
        ]}
      />
      <p className={styles.none}>
        They belong to the release, so that going back brings them back, too. Change <code>health</code> and{' '}
        <code>limits</code> in the app’s windlass.json and deploy.
      </p>
    </Section>
  );
}
