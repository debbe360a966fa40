/** The provisioning methods of the host contract over a line that stands. */

import type { Drift, Plan, ProvisionOptions, StepEvent } from '../../shared/desktop/provision.ts';
import { WindlassError } from '../../shared/errors.ts';
import { applyPlan } from './provision/apply.ts';
import type { FindBinary } from './provision/binary.ts';
import { driftOf } from './provision/drift.ts';
import { type Looked, lookAtServer, planOf } from './provision/plan.ts';
import type { Site } from './provision/step.ts';
import { uninstallServer } from './provision/uninstall.ts';
import { type Upgraded, upgradeServer } from './provision/upgrade.ts';
import { createRemote, type Elevation, type Remote } from './remote.ts';
import type { OpenServer } from './session.ts';

export interface Subject {
  open: OpenServer;
  user: string;
  passwordLogin: boolean;
  sudoPassword: string | undefined;
  options: ProvisionOptions;
}

export interface Provisioner {
  plan(subject: Subject): Promise<Plan>;
  apply(
    subject: Subject,
    emit: (event: StepEvent) => void,
    signal: AbortSignal,
  ): ReturnType<typeof applyPlan>;
  verify(subject: Subject): Promise<{ drifts: Drift[]; checked: number; checkedAt: number }>;
  upgrade(subject: Subject, emit: (event: StepEvent) => void): Promise<Upgraded>;
  uninstall(
    subject: Subject,
    data: 'keep' | 'remove',
    emit: (event: StepEvent) => void,
  ): ReturnType<typeof uninstallServer>;
}

export function createProvisioner(findBinary: FindBinary, now: () => number): Provisioner {
  const look = async (subject: Subject): Promise<{ remote: Remote; looked: Looked }> => {
    const { open, user, passwordLogin, options } = subject;
    const elevation = elevationOf(subject);
    const remote = createRemote(open.line, () => elevation);
    const standpoint = { options, user, passwordLogin, elevation: elevation.kind };
    return { remote, looked: await lookAtServer(remote, standpoint, findBinary, now) };
  };
  const site = (
    { remote, looked }: { remote: Remote; looked: Looked },
    emit: (event: StepEvent) => void,
  ): Site => ({
    remote,
    ...looked,
    onProgress: (done, total) => emit({ kind: 'progress', step: 'binary', done, total }),
    onLine: () => undefined,
  });
  return {
    plan: async (subject) => planOf((await look(subject)).looked),
    async apply(subject, emit, signal) {
      return applyPlan({ ...(await look(subject)), emit, signal, now });
    },
    async verify(subject) {
      const { looked } = await look(subject);
      return { drifts: driftOf(looked), checked: planOf(looked).steps.length, checkedAt: now() };
    },
    upgrade: async (subject, emit) => upgradeServer(site(await look(subject), emit), emit, now),
    uninstall: async (subject, data, emit) =>
      uninstallServer(site(await look(subject), emit), data, emit, now),
  };
}

function elevationOf({ open, sudoPassword }: Subject): Elevation {
  if (open.elevation !== 'sudo-password') return { kind: open.elevation };
  if (sudoPassword !== undefined) return { kind: 'sudo-password', password: sudoPassword };
  throw new WindlassError(
    'forbidden',
    'the server asks for the password of this user before it lets it be root',
    {
      hint: 'Enter the password for sudo. It is used for this one run and not stored.',
    },
  );
}
