/** Deploys a folder, a repository or an image: what, as which app, then on to the deployment itself. */

import { useEffect, useRef, useState } from 'react';
import { useAction } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import type { Dropped } from '../../app/intent.ts';
import { go } from '../../app/navigation.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './deploy-dialog.module.css';
import { chosenOf, type Draft, emptyDraft, nameOf } from './draft.ts';
import { FolderChoice } from './folder-choice.tsx';
import { send } from './send.ts';

export interface DeployDialogProps {
  server: string;
  app?: string;
  environment?: string;
  dropped?: Dropped;
  onClose(): void;
}

export function DeployDialog({ server, environment = 'production', onClose, ...given }: DeployDialogProps) {
  const { host, notices, capabilities } = useDesk();
  const [draft, setDraft] = useState<Draft>({ ...emptyDraft, dropped: given.dropped ?? null });
  const [typedName, setTypedName] = useState(given.app ?? null);
  const [progress, setProgress] = useState<{ words: string; share: number | null } | null>(null);
  const { running, error, run } = useAction();
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const { kind } = draft;
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const chooseFolder = async () => {
    const path = await capabilities.chooseFolder?.();
    if (typeof path === 'string') set({ path });
  };
  const app = typedName ?? nameOf(draft);
  const chosen = chosenOf(draft);
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
        <Choice<Draft['kind']>
          label="From"
          value={kind}
          onValue={(next) => set({ kind: next })}
          options={[
            { value: 'folder', label: 'A folder' },
            { value: 'git', label: 'A git repository' },
            { value: 'image', label: 'An image' },
            { value: 'path', label: 'A path' },
          ]}
        />
        {kind === 'folder' && (
          <FolderChoice dropped={draft.dropped} onDropped={(dropped) => set({ dropped })} />
        )}
        {kind === 'path' && (
          <>
            <Field
              label="Path of the folder on this computer"
              value={draft.path}
              onValue={(path) => set({ path })}
              mono
              placeholder="/path/of/your/app"
            />
            {capabilities.chooseFolder !== null && <Button onClick={chooseFolder}>Choose…</Button>}
          </>
        )}
        {kind === 'git' && (
          <>
            <Field
              label="URL"
              value={draft.url}
              onValue={(url) => set({ url })}
              mono
              placeholder="https://example.com/you/app.git"
            />
            <Field
              label="Branch, tag or commit"
              value={draft.ref}
              onValue={(ref) => set({ ref })}
              mono
              hint="Left empty: the repository’s own main branch."
            />
          </>
        )}
        {kind === 'image' && (
          <Field
            label="Image"
            value={draft.image}
            onValue={(image) => set({ image })}
            mono
            placeholder="registry.example.com/you/app:1.0"
            hint="Taken from the server’s Docker engine, or pulled. A server without Docker says so."
          />
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
