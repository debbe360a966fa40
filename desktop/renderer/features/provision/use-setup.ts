/** The work of setting up one server: what runs, what it found, and how far it is. */

import { useCallback, useState } from 'react';
import type { Plan, ProvisionOptions, StepEvent } from '../../../../shared/desktop/provision.ts';
import type { PublicError } from '../../../../shared/errors.ts';
import { span } from '../../app/amounts.ts';
import { useAction } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import { useServers } from '../../app/servers.tsx';
import type { Checked } from './drift.tsx';
import { climb, fall, type Rung, rungsOf } from './ladder.ts';
import { upgradeSentence } from './upgrade-sentence.ts';

export interface Setup {
  running: boolean;
  error: PublicError | null;
  /** One sentence about what ended last. */
  end: string | null;
  plan: Plan | null;
  rungs: readonly Rung[];
  checked: Checked | null;
  look(): void;
  apply(): void;
  check(): void;
  upgrade(): void;
  uninstall(data: 'keep' | 'remove'): void;
}

/** `sudoPassword` is sent with each call and kept nowhere else; empty where none is needed. */
export function useSetup(id: string, options: ProvisionOptions, sudoPassword: string): Setup {
  const { host } = useDesk();
  const servers = useServers();
  const [plan, setPlan] = useState<Plan | null>(null);
  const [rungs, setRungs] = useState<readonly Rung[]>([]);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [end, setEnd] = useState<string | null>(null);
  const { running, error, run } = useAction();
  const given = { id, ...(sudoPassword === '' ? {} : { sudoPassword }) };
  const onEvent = useCallback((event: StepEvent) => setRungs((before) => climb(before, event)), []);
  const work = (what: () => Promise<string | null>) =>
    void run(async () => {
      setEnd(null);
      try {
        setEnd(await what());
      } catch (failure) {
        setRungs(fall);
        throw failure;
      } finally {
        servers.again();
      }
    });
  const verify = async () => setChecked(await host.call('provision.verify', given));
  return {
    running,
    error,
    end,
    plan,
    rungs,
    checked,
    look: () =>
      work(async () => {
        const found = await host.call('provision.plan', { ...given, options });
        setPlan(found);
        setRungs(rungsOf(found));
        if (!found.ready) return 'Something is in the way. Nothing was changed.';
        return found.changes === 0
          ? 'Everything is as it should be.'
          : `${found.changes} ${found.changes === 1 ? 'step' : 'steps'} would change something. Nothing was changed yet.`;
      }),
    apply: () =>
      work(async () => {
        const done = await host.stream('provision.apply', { ...given, options }, onEvent);
        setPlan(null);
        await verify();
        return `${done.message}, in ${span(done.tookMs)}`;
      }),
    check: () =>
      work(async () => {
        await verify();
        return null;
      }),
    upgrade: () =>
      work(async () => {
        setRungs([]);
        const done = await host.stream('provision.upgrade', given, onEvent);
        return upgradeSentence(done);
      }),
    uninstall: (data) =>
      work(async () => {
        setRungs([]);
        setPlan(null);
        setChecked(null);
        return (await host.stream('provision.uninstall', { ...given, data }, onEvent)).message;
      }),
  };
}
