/** An instance as the server holds it while it exists. */

import type { Instance } from '../../shared/deployer/model.ts';
import type { Shortcut } from '../../shared/proxy/backend.ts';
import type { EnvironmentRow } from './app-store.ts';
import type { InstanceRow } from './instance-store.ts';
import type { InstanceSpec, RunningInstance } from './runtimes/runtime.ts';

export interface Member extends InstanceRow {
  readonly environment: EnvironmentRow;
  readonly spec: InstanceSpec;
  /** Whether it is started again when it dies. */
  restart: 'never' | 'on-failure' | 'always';
  /** ms between its stop signal and its end, of a service beside an app that has to be started again. */
  readonly stopGraceMs?: number;
  state: Instance['state'];
  running: RunningInstance | null;
  /** Where its requests go instead of to its port. */
  shortcut?: Shortcut | null;
}

/** Whose log its lines belong to. */
export const labelOf = (member: Member) => ({
  id: member.id,
  app: member.environment.app,
  environment: member.environment.name,
  release: member.release,
});

/** `<prefix>-<five letters>`, like `r12-1-k3x9a`: readable in logs, unique on the machine. */
export function newInstanceId(prefix: string, isTaken: (id: string) => boolean): string {
  for (;;) {
    const id = `${prefix}-${Math.random().toString(36).slice(2, 7).padEnd(5, '0')}`;
    if (!isTaken(id)) return id;
  }
}
