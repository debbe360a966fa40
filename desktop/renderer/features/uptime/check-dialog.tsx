/** A check, new or changed: what kind, where, how often. */

import { useState } from 'react';
import type { CheckView } from '../../../../shared/uptime/contract.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Choice, Field, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type Draft, type DraftKind, draftOf, emptyDraft, kinds, settingsOf } from './check-draft.ts';

export function CheckDialog({
  server,
  check: given = null,
  onClose,
}: {
  server: string;
  /** The one to change; null for a new one. */
  check?: CheckView | null;
  onClose(): void;
}) {
  const client = useServerClient(server);
  const [draft, setDraft] = useState<Draft>((given && draftOf(given)) ?? emptyDraft);
  const [wrong, setWrong] = useState<string | null>(null);
  const { running, error, run } = useAction();
  const change = (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more }));
  const kind = kinds.find(({ value }) => value === draft.kind);
  const isUrl = draft.kind === 'http' || draft.kind === 'websocket';
  const add = () => {
    const made = settingsOf(draft, given ?? undefined);
    if ('wrong' in made) return setWrong(made.wrong);
    setWrong(null);
    return run(async () => {
      if (given !== null) {
        await client.call('checks.set', { ...made.settings, id: given.id });
        return onClose();
      }
      const { check } = await client.call('checks.add', made.settings);
      const { target } = check;
      say({
        tone: 'good',
        text:
          target.kind === 'push'
            ? `Call /.windlass/push/${target.token} of any of your hosts`
            : `${check.name} is checked`,
      });
      onClose();
    });
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={given === null ? 'Add a check' : `Change ${given.name}`}
      lead="It runs from this server."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {given === null && (
          <Choice<DraftKind>
            label="What"
            value={draft.kind}
            onValue={(value) => change({ kind: value, port: '' })}
            options={kinds}
          />
        )}
        <Field label="Name" value={draft.name} onValue={(name) => change({ name })} />
        {draft.kind !== 'push' && (
          <Field
            label={isUrl ? 'Address' : draft.kind === 'dns' ? 'Name to look up' : 'Host'}
            value={draft.address}
            onValue={(address) => change({ address })}
            mono
            placeholder={isUrl ? 'https://example.com/health' : 'example.com'}
          />
        )}
        {kind?.port !== undefined && (
          <Field
            label="Port"
            value={draft.port}
            onValue={(port) => change({ port })}
            mono
            placeholder={kind.port}
          />
        )}
        {draft.kind === 'redis' && (
          <Field
            label="Password"
            type="password"
            value={draft.password}
            onValue={(password) => change({ password })}
            hint="Empty: it is only seen whether it asks for one."
          />
        )}
        {kind?.contains !== undefined && (
          <Field
            label={kind.contains}
            value={draft.contains}
            onValue={(contains) => change({ contains })}
            hint="Empty: anything will do."
          />
        )}
        <Field
          label="Every so many seconds"
          value={draft.everySeconds}
          onValue={(everySeconds) => change({ everySeconds })}
          inputMode="numeric"
        />
        {draft.kind !== 'push' && (
          <>
            <Field
              label="Down after so many bad results in a row"
              value={draft.failures}
              onValue={(failures) => change({ failures })}
              inputMode="numeric"
            />
            <Tick
              label="May reach private addresses"
              hint="Needed for what is inside your own network."
              checked={draft.allowPrivate}
              onValue={(allowPrivate) => change({ allowPrivate })}
            />
          </>
        )}
        {wrong !== null && <Notice message={wrong} />}
        {error && <Notice message={error.message} hint={error.hint} />}
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="main" type="submit" busy={running}>
            {given === null ? 'Add check' : 'Save check'}
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  );
}
