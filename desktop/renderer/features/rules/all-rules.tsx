/** Every rule as it holds, and where it comes from; those set by hand can be changed as JSON. */

import { useState } from 'react';
import type { EnvironmentRules } from '../../../../shared/proxy/contract.ts';
import { routeRules, ruleFault } from '../../../../shared/proxy/rules.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './rules-page.module.css';
import type { SetRules } from './rules-page.tsx';

export function AllRules({ rules, onSet }: { rules: EnvironmentRules; onSet: SetRules }) {
  const [key, setKey] = useState('redirects');
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const set = Object.entries(rules.set);
  const file = Object.entries(rules.file).filter(([name]) => !(name in rules.set));
  const submit = () => {
    const parsed = routeRules.safeParse({ [key]: jsonOrText(text) });
    if (!parsed.success) {
      setFault(ruleFault(parsed.error));
      return;
    }
    setFault(null);
    setText('');
    onSet(parsed.data);
  };
  return (
    <Section title="All rules">
      {set.length + file.length === 0 ? (
        <p className={styles.none}>There are none: every request goes to the app.</p>
      ) : (
        <Table label="All rules" heads={['Rule', 'Value', '']}>
          {[...set, ...file].map(([name, value]) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td className={styles.value}>{JSON.stringify(value)}</td>
              <td className={styles.right}>
                {name in rules.set ? (
                  <Button weight="quiet" aria-label={`Clear ${name}`} onClick={() => onSet({}, [name])}>
                    Clear
                  </Button>
                ) : (
                  <span className={styles.given}>windlass.json</span>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Select
          label="Rule"
          value={key}
          options={Object.keys(routeRules.shape).map((name) => ({ value: name, label: name }))}
          onValue={setKey}
        />
        <Field
          label="Value"
          value={text}
          onValue={setText}
          mono
          placeholder='[{"from": "/old/*", "to": "/new/:splat"}]'
        />
        <Button type="submit" disabled={text.trim() === ''}>
          Set rule
        </Button>
      </form>
      {fault !== null && (
        <Notice message={fault} hint="The value is JSON, or plain text for a single word." />
      )}
    </Section>
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.trim();
  }
}
