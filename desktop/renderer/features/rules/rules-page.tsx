/** What requests of an environment are asked before the app hears of them. */

import type { RouteRules } from '../../../../shared/proxy/rules.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { AllRules } from './all-rules.tsx';
import { Passwords } from './passwords.tsx';
import { Places } from './places.tsx';
import { RateLimit } from './rate-limit.tsx';
import { SwitchRules } from './switch-rules.tsx';

/** Sets these by hand, and clears the keys named. */
export type SetRules = (rules: RouteRules, clear?: readonly string[]) => void;

export function RulesPage({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const place = { app: at.app, environment: at.environment };
  const asked = useAsked(`rules ${at.app}/${at.environment}`, (signal) =>
    client.call('rules.get', place, signal),
  );
  const { error, run } = useAction();
  const set: SetRules = (rules, clear = []) =>
    void run(async () => {
      await client.call('rules.set', { ...place, rules, clear: [...clear] });
    });
  const problem = error ?? asked.error;
  return (
    <>
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      {asked.value === null && !asked.error && <Waiting label="Reading the rules" />}
      {asked.value !== null && (
        <>
          <SwitchRules rules={asked.value} onSet={set} />
          <Passwords at={at} rules={asked.value} />
          {asked.value.placeUsers !== undefined && <Places rules={asked.value} onSet={set} />}
          <RateLimit rules={asked.value} onSet={set} />
          <AllRules rules={asked.value} onSet={set} />
        </>
      )}
    </>
  );
}
