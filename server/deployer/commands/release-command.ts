/** The release command: runs once per deployment, before the release takes requests; its failure is the deployment's. */

import { configDefaults } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { EnvironmentRow } from '../app-store.ts';
import type { DeploymentRow } from '../deployment-store.ts';
import { exitText } from '../exit-text.ts';
import type { ReleaseRow } from '../release-store.ts';
import { type Commands, shellArgv } from './commands.ts';

/** The deployment failed by its release command; `logTail` are the command's last lines. */
export class ReleaseCommandFailure extends WindlassError {
  readonly logTail: readonly string[];

  constructor(message: string, hint: string, logTail: readonly string[]) {
    super('failed', message, { hint });
    this.logTail = logTail;
  }
}

export interface ReleaseCommand {
  /** Resolves at once where there is none. Throws `ReleaseCommandFailure`, or the signal's reason. */
  run(
    deployment: DeploymentRow,
    environment: EnvironmentRow,
    release: ReleaseRow,
    signal: AbortSignal,
    onLine: (text: string) => void,
  ): Promise<void>;
}

const tailLines = 20;

export function createReleaseCommand(commands: Commands): ReleaseCommand {
  return {
    async run(deployment, environment, release, signal, onLine) {
      const line = release.config.release;
      if (line === undefined || !isNew(deployment) || release.launch.kind === 'static') return;
      const seconds = release.config.build?.timeout ?? configDefaults.build.timeout;
      const tail: string[] = [];
      onLine(`$ ${line}`);
      const end = await commands.run({
        environment,
        release,
        argv: shellArgv(line),
        signal,
        timeoutMs: seconds * 1000,
        onLine(text) {
          if (tail.push(text) > tailLines) tail.shift();
          onLine(text);
        },
      });
      signal.throwIfAborted();
      if (end.why === 'timeout') {
        throw new ReleaseCommandFailure(
          `the release command took longer than ${seconds} s`,
          'Set "build.timeout" in windlass.json, in seconds, to give it more.',
          tail,
        );
      }
      if (end.code === 0) return;
      throw new ReleaseCommandFailure(
        `the release command ended with ${exitText(end)}`,
        'Its last lines say why; the release before it keeps serving.',
        tail,
      );
    },
  };
}

/**
 * Only what is new to the environment: a rollback goes to a release whose command ran already, and undoing a migration
 * is nothing a command for the way forward could do; a restart or another scale is the same release again.
 */
function isNew({ kind }: DeploymentRow): boolean {
  return kind === 'deploy' || kind === 'promote';
}
