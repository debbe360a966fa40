/** Rules that are on or off: maintenance, the challenge, compression. */

import type { EnvironmentRules } from '../../../../shared/proxy/contract.ts';
import { effectiveRules } from '../../../../shared/proxy/rules.ts';
import { Tick } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import type { SetRules } from './rules-page.tsx';

export function SwitchRules({ rules, onSet }: { rules: EnvironmentRules; onSet: SetRules }) {
  const now = effectiveRules(rules.file, rules.set);
  return (
    <Section title="At the door">
      <Tick
        label="Closed for maintenance"
        hint="Every visitor gets a page that says so, with status 503. The app goes on running."
        checked={now.maintenance !== undefined}
        onValue={(on) => (on ? onSet({ maintenance: {} }) : onSet({}, ['maintenance']))}
      />
      <Tick
        label="Under attack: visitors prove that they are browsers"
        hint="Once an hour, with a second of work. Programs that call the app get 403, so leave it off in peace."
        checked={now.challenge !== undefined}
        onValue={(on) => (on ? onSet({ challenge: {} }) : onSet({}, ['challenge']))}
      />
      <Tick
        label="Compress text"
        hint="With zstd, br or gzip, where the app sends it plain. Event streams are left alone."
        checked={now.compress === true}
        onValue={(on) => onSet({ compress: on })}
      />
    </Section>
  );
}
