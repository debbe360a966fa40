/** A terminal in the live release of an app: its files, its variables, its limits. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import { type PublicError, toPublicError } from '../../../../shared/errors.ts';
import type { At } from '../../app/app-frame.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { type TerminalLine, TerminalView } from '../../ui/terminal-view.tsx';
import { shellLine } from './shell-line.ts';
import styles from './terminal-page.module.css';

type Shell =
  | { kind: 'closed' }
  | { kind: 'open'; line: TerminalLine }
  | { kind: 'ended'; line: TerminalLine; error: PublicError | null };

export function TerminalPage({ at, app }: { at: At; app: App | null }) {
  const client = useServerClient(at.server);
  const [shell, setShell] = useState<Shell>({ kind: 'closed' });
  const environment = app?.environments.find(({ name }) => name === at.environment);
  const release = environment?.liveRelease ?? null;
  const open = () => setShell({ kind: 'open', line: shellLine(client, at) });
  if (shell.kind === 'closed') {
    return release === null ? (
      <Empty title="No release to look into yet">
        <p>Deploy {at.app} first. Then this opens a shell beside its running copies.</p>
      </Empty>
    ) : (
      <Empty title={`A shell in release ${release}`}>
        <p>
          It has the files, variables, volumes and limits of the app, in a copy of its own: what is typed here
          disturbs no request. The copy ends with the shell.
        </p>
        <Button weight="main" onClick={open}>
          Open a shell
        </Button>
      </Empty>
    );
  }
  return (
    <>
      <div className={styles.bar}>
        <p>
          {shell.kind === 'open'
            ? `Beside the instances of ${at.app}. exit or Ctrl-D ends it.`
            : 'The shell has ended.'}
        </p>
        {shell.kind === 'ended' && <Button onClick={open}>Open another</Button>}
      </div>
      {shell.kind === 'ended' && shell.error && (
        <Notice message={shell.error.message} hint={shell.error.hint} />
      )}
      <TerminalView
        label={`Terminal in ${at.app}`}
        line={shell.line}
        onEnd={(error) =>
          setShell({
            kind: 'ended',
            line: shell.line,
            error: error === null ? null : toPublicError(error),
          })
        }
      />
    </>
  );
}
