/** A check, new or changed: what kind, where, how often. */

import { useState } from 'react';
import type { TargetKind } from '../../../../shared/uptime/check.ts';
import type { CheckView } from '../../../../shared/uptime/contract.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { addressField, type Draft, draftOf, emptyDraft, kinds, settingsOf } from './check-draft.ts';
import { CheckFields } from './check-fields.tsx';

export function CheckDialog({
  server,
  checks,
  check: given = null,
  onClose,
}: {
  server: string;
  checks: readonly CheckView[];
  /** The one to change; null for a new one. */
  check?: CheckView | null;
  onClose(): void;
}) {
  const client = useServerClient(server);
  const [draft, setDraft] = useState<Draft>(given === null ? emptyDraft : draftOf(given, checks));
  const [wrong, setWrong] = useState<string | null>(null);
  const { running, error, run } = useAction();
  const change = (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more }));
  const kind = kinds.find(({ value }) => value === draft.kind);
  const address = addressField(draft.kind);
  const others = checks.filter(({ id }) => id !== given?.id);
  const add = () => {
    const made = settingsOf(draft, others, given ?? undefined);
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
          <Choice<TargetKind>
            label="What"
            value={draft.kind}
            onValue={(value) => change({ kind: value, port: '' })}
            options={kinds}
          />
        )}
        <Field label="Name" value={draft.name} onValue={(name) => change({ name })} />
        {address !== null && (
          <Field
            label={address === 'url' ? 'Address' : address === 'name' ? 'Name to look up' : 'Host'}
            value={draft.address}
            onValue={(typed) => change({ address: typed })}
            mono
            placeholder={address === 'url' ? 'https://example.com/health' : 'example.com'}
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
        <CheckFields
          key={draft.kind}
          kind={draft.kind}
          texts={draft.more}
          others={others}
          onText={(name, text) =>
            setDraft((before) => ({ ...before, more: { ...before.more, [name]: text } }))
          }
        />
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
