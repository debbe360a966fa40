/** A channel's settings: every field says where its value is found. */

import { useState } from 'react';
import { type ChannelKind, channelKinds, fieldsOf } from '../../../../shared/notify/channel-kinds.ts';
import type { Channel } from '../../../../shared/notify/contract.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Choice, Field, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';

export function ChannelDialog({
  server,
  channel,
  onClose,
}: {
  server: string;
  channel: Channel | null;
  onClose(): void;
}) {
  const client = useServerClient(server);
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'email');
  const [name, setName] = useState(channel?.name ?? '');
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>(channel?.settings ?? {});
  const [secret, setSecret] = useState<string | null>(null);
  const { running, error, run } = useAction();
  const about = channelKinds.find((each) => each.kind === kind);
  const save = () =>
    run(async () => {
      // An empty secret stands for the one there is.
      const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
      if (channel !== null) {
        await client.call('notify.setChannel', {
          id: channel.id,
          name,
          enabled,
          settings: { ...cleared(channel, settings), ...given },
        });
        return onClose();
      }
      const added = await client.call('notify.addChannel', { name, kind, settings: given });
      if (added.secret === null) onClose();
      else setSecret(added.secret);
    });
  if (secret !== null) {
    return (
      <Dialog
        open
        onClose={onClose}
        title="Its signing secret"
        lead="Shown this once; whoever receives checks with it that a message is from here."
      >
        <p>
          <code>{secret}</code>
        </p>
        <DialogEnd>
          <Button weight="main" onClick={onClose}>
            I have kept it
          </Button>
        </DialogEnd>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={channel === null ? 'Add a channel' : `Change ${channel.name}`}
      lead={about?.about}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {channel === null && (
          <Choice<ChannelKind>
            label="Kind"
            value={kind}
            onValue={(next) => {
              setKind(next);
              setSettings({});
            }}
            options={channelKinds.map((each) => ({ value: each.kind, label: each.title }))}
          />
        )}
        <Field label="Name" value={name} onValue={setName} required />
        {fieldsOf(kind).map((field) => (
          <Field
            key={field.name}
            label={field.label}
            hint={field.secret && channel !== null ? `${field.hint} Left empty: as it is.` : field.hint}
            type={field.secret ? 'password' : 'text'}
            autoComplete={field.secret ? 'new-password' : 'off'}
            placeholder={field.usual ?? ''}
            mono
            value={settings[field.name] ?? ''}
            onValue={(value) => setSettings((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {channel !== null && <Tick label="It is told" checked={enabled} onValue={setEnabled} />}
        {error && <Notice message={error.message} hint={error.hint} />}
        <DialogEnd>
          {channel !== null && (
            <Button
              weight="danger"
              busy={running}
              onClick={() =>
                run(async () => {
                  await client.call('notify.removeChannel', { id: channel.id });
                  onClose();
                })
              }
            >
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="main" type="submit" busy={running} disabled={name.trim() === ''}>
            {channel === null ? 'Add channel' : 'Save'}
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  );
}

/** What a person emptied, except secrets. */
function cleared(channel: Channel, settings: Readonly<Record<string, string>>): Record<string, string> {
  const open = fieldsOf(channel.kind).filter((field) => field.secret !== true);
  return Object.fromEntries(open.filter(({ name }) => settings[name] === '').map(({ name }) => [name, '']));
}
