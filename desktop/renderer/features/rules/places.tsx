/** Parts of an environment with visitors of their own: by address, or without a password. */

import { useState } from 'react';
import type { EnvironmentRules } from '../../../../shared/proxy/contract.ts';
import { routeRules, ruleFault } from '../../../../shared/proxy/rules.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './rules-page.module.css';
import type { SetRules } from './rules-page.tsx';

export function Places({ rules, onSet }: { rules: EnvironmentRules; onSet: SetRules }) {
  const places = rules.set.places ?? [];
  const [path, setPath] = useState('');
  const [allow, setAllow] = useState('');
  const [deny, setDeny] = useState('');
  const [open, setOpen] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const submit = () => {
    const place = {
      path,
      ...(allow.trim() === '' ? {} : { allow: listed(allow) }),
      ...(deny.trim() === '' ? {} : { deny: listed(deny) }),
      ...(open ? { open } : {}),
    };
    const parsed = routeRules.safeParse({
      places: [...places.filter((each) => each.path !== path), place],
    });
    if (!parsed.success) {
      setFault(ruleFault(parsed.error));
      return;
    }
    for (const clear of [setPath, setAllow, setDeny]) clear('');
    setOpen(false);
    setFault(null);
    onSet(parsed.data);
  };
  return (
    <Section title="Parts with visitors of their own">
      {places.length === 0 ? (
        <p className={styles.none}>
          The same visitors everywhere. A place stands for its path and everything below; the longest one
          decides.
        </p>
      ) : (
        <Table label="Parts with visitors of their own" heads={['Place', 'Who may come', 'Password', '']}>
          {places.map((place) => (
            <tr key={place.path}>
              <td>
                <code>{place.path}</code>
              </td>
              <td className={styles.value}>{visitorsOf(place)}</td>
              <td>{place.open === true ? 'none asked' : 'as elsewhere'}</td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  aria-label={`Remove the place ${place.path}`}
                  onClick={() => onSet({ places: places.filter((each) => each.path !== place.path) })}
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
          submit();
        }}
      >
        <Field label="Place" value={path} onValue={setPath} mono placeholder="/admin" />
        <Field label="Only these addresses" value={allow} onValue={setAllow} mono placeholder="203.0.113.7" />
        <Field label="Not these addresses" value={deny} onValue={setDeny} mono placeholder="10.0.0.0/8" />
        <Button type="submit" disabled={path === '' || (allow.trim() === '' && deny.trim() === '' && !open)}>
          Set place
        </Button>
      </form>
      <Tick
        label="No password is asked for at this place"
        hint="For what a program calls without one, like a payment provider."
        checked={open}
        onValue={setOpen}
      />
      {fault !== null && <Notice message={fault} />}
    </Section>
  );
}

function listed(text: string): string[] {
  return text.split(/[\s,]+/).filter((each) => each !== '');
}

function visitorsOf({
  allow = [],
  deny = [],
}: {
  allow?: readonly string[] | undefined;
  deny?: readonly string[] | undefined;
}): string {
  if (allow.length + deny.length === 0) return 'as elsewhere';
  return [
    allow.length === 0 ? 'everybody' : `only ${allow.join(', ')}`,
    ...(deny.length === 0 ? [] : [`not ${deny.join(', ')}`]),
  ].join(', ');
}
