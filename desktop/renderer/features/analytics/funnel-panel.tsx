/** A funnel that is put together on the spot: pages begin with a slash, everything else is a goal. */

import { useState } from 'react';
import type { FunnelStep } from '../../../../shared/analytics/funnel.ts';
import type { Filter, Range } from '../../../../shared/analytics/query.ts';
import { useAsked } from '../../app/asked.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { Field, Tick } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './analytics-page.module.css';
import type { Figures } from './figures.ts';

export function FunnelPanel({
  figures,
  about,
  range,
  filters,
}: {
  figures: Figures;
  about: string;
  range: Range;
  filters: readonly Filter[];
}) {
  const [text, setText] = useState('');
  const [strict, setStrict] = useState(false);
  const steps = stepsOf(text);
  const ready = steps.length >= 2;
  const { value } = useAsked(`funnel ${text} ${strict} ${about}`, async (signal) =>
    ready
      ? figures.funnel({ range, filters: [...filters], steps, strict, within: 86_400_000 }, signal)
      : { visitors: 0, steps: [] },
  );
  const first = value?.steps[0] ?? 0;
  return (
    <Section title="Funnel">
      <Field
        label="Steps"
        value={text}
        onValue={setText}
        placeholder="/ > /pricing* > Signup"
        hint="Two to eight pages or goals with > between them; * stands for anything. Within one day."
      />
      <Tick label="Strictly one after the other" checked={strict} onValue={setStrict} />
      {ready && value !== null && value.steps.length > 0 && (
        <BarList
          label="People who came as far as each step"
          heads={['Step', 'People']}
          bars={value.steps.map((people, index) => {
            const step = steps[index];
            const before = index === 0 ? value.visitors : (value.steps[index - 1] ?? 0);
            return {
              key: String(index),
              name: `${index + 1}. ${step?.kind === 'page' ? step.path : step?.name}`,
              value: people,
              note: `${share(people, before)} of the step before, ${share(people, first)} of the first`,
            };
          })}
        />
      )}
      {ready && value?.steps[0] === 0 && (
        <p className={styles.none}>Nobody took the first step in this time.</p>
      )}
    </Section>
  );
}

export function stepsOf(text: string): FunnelStep[] {
  return text
    .split('>')
    .map((part) => part.trim())
    .filter(Boolean)
    .slice(0, 8)
    .map((part) =>
      part.startsWith('/') || part === '*' ? { kind: 'page', path: part } : { kind: 'goal', name: part },
    );
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;
}
