/** Deploys a folder or a repository: what, as which app, then on to the deployment itself. */

import { useEffect, useRef, useState } from 'react';
import { useAction } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import type { Dropped } from '../../app/intent.ts';
import { go } from '../../app/navigation.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { appNameFrom } from './app-name-from.ts';
import styles from './deploy-dialog.module.css';
import { readChosen } from './dropped.ts';
import { type Chosen, send } from './send.ts';

export interface DeployDialogProps {
  server: string;
  app?: string;
  environment?: string;
  dropped?: Dropped;
  onClose(): void;
}

export function DeployDialog({ server, environment = 'production', onClose, ...given }: DeployDialogProps) {
  const { host, notices } = useDesk();
  const [kind, setKind] = useState<Chosen['kind']>('folder');
  const [dropped, setDropped] = useState(given.dropped ?? null);
  const [path, setPath] = useState('');
  const [git, setGit] = useState({ url: '', ref: '' });
  const [typedName, setTypedName] = useState(given.app ?? null);
  const [progress, setProgress] = useState<{ words: string; share: number | null } | null>(null);
  const { running, error, run } = useAction();
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const named = kind === 'folder' ? dropped?.name : kind === 'path' ? path : git.url;
  const app = typedName ?? appNameFrom(named ?? '');
  const chosen: Chosen | null =
    kind === 'folder'
      ? dropped && { kind, dropped }
      : kind === 'path'
        ? path.trim() === ''
          ? null
          : { kind, path }
        : git.url.trim() === ''
          ? null
          : { kind, ...git };
  const deploy = () =>
    run(async () => {
      if (chosen === null) return;
      notices.allow();
      stop.current = new AbortController();
      const onProgress = (words: string, share: number | null) => setProgress({ words, share });
      const queued = await send(chosen, {
        host,
        server,
        app,
        environment,
        onProgress,
        signal: stop.current.signal,
      }).finally(() => setProgress(null));
      onClose();
      go({ kind: 'deployment', server, app, environment, deployment: queued.id });
    });
  return (
    <Dialog
      open
      onClose={onClose}
      title={given.app === undefined ? 'Deploy an app' : `Deploy ${given.app}`}
      lead="What serves now keeps serving until the new release has answered."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen !== null && app !== '' && !running) void deploy();
        }}
      >
        <Choice<Chosen['kind']>
          label="From"
          value={kind}
          onValue={setKind}
          options={[
            { value: 'folder', label: 'A folder' },
            { value: 'git', label: 'A git repository' },
            { value: 'path', label: 'A path' },
          ]}
        />
        {kind === 'folder' && <FolderChoice dropped={dropped} onDropped={setDropped} />}
        {kind === 'path' && (
          <Field
            label="Path of the folder on this computer"
            value={path}
            onValue={setPath}
            mono
            placeholder="/home/you/app"
          />
        )}
        {kind === 'git' && (
          <>
            <Field
              label="URL"
              value={git.url}
              onValue={(url) => setGit({ ...git, url })}
              mono
              placeholder="https://example.com/you/app.git"
            />
            <Field
              label="Branch, tag or commit"
              value={git.ref}
              onValue={(ref) => setGit({ ...git, ref })}
              mono
              hint="Left empty: the repository’s own main branch."
            />
          </>
        )}
        {given.app === undefined && (
          <Field
            label="App"
            value={app}
            onValue={setTypedName}
            mono
            hint="Small letters, digits and dashes. It becomes the first part of the app’s address."
          />
        )}
        {progress !== null && (
          <div className={styles.progress} role="status">
            <progress value={progress.share ?? undefined} aria-label={progress.words} />
            {progress.words}
          </div>
        )}
        {error && <Notice message={error.message} hint={error.hint} />}
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" weight="main" busy={running} disabled={chosen === null || app === ''}>
            Deploy{app === '' ? '' : ` ${app}`}
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  );
}

function FolderChoice({
  dropped,
  onDropped,
}: {
  dropped: Dropped | null;
  onDropped(dropped: Dropped | null): void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.folder}>
      <div>
        <strong>{dropped?.name ?? 'No folder yet'}</strong>
        <p>
          Drop one anywhere on the window, or choose it here. Ignore files and node_modules are respected.
        </p>
      </div>
      <Button onClick={() => input.current?.click()}>
        {dropped === null ? 'Choose a folder' : 'Another folder'}
      </Button>
      <input
        ref={(element) => {
          input.current = element;
          // React has no name for this attribute.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-label="Folder"
        onChange={({ target }) => onDropped(target.files && readChosen(target.files))}
      />
    </div>
  );
}
