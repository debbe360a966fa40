/** What an app runs with: variables, domains, how many instances, how it is checked, and the way to remove it. */

import type { App } from '../../../../shared/deployer/model.ts';
import type { At } from '../../app/app-frame.tsx';
import { Danger } from './danger.tsx';
import { Domains } from './domains.tsx';
import { ReleaseFacts } from './release-facts.tsx';
import { Scale } from './scale.tsx';
import { Variables } from './variables.tsx';

export function SettingsPage({ at, app }: { at: At; app: App | null }) {
  const environment = app?.environments.find(({ name }) => name === at.environment);
  return (
    <>
      <Variables at={at} />
      <Domains at={at} />
      {environment && <Scale at={at} scale={environment.scale} />}
      {environment?.live && <ReleaseFacts live={environment.live} />}
      <Danger at={at} />
    </>
  );
}
