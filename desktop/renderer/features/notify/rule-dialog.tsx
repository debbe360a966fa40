/** One rule: what, to whom, when, and what happens while nobody reacts. */

import { useState } from 'react';
import type { Channel } from '../../../../shared/notify/contract.ts';
import { type Severity, severities } from '../../../../shared/notify/notice.ts';
import type { Rule } from '../../../../shared/notify/rule.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Choice, Field, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

export function RuleDialog({
  server,
  channels,
  rule: given,
  onClose,
}: {
  server: string;
  channels: readonly Channel[];
  rule: Rule;
  onClose(): void;
}) {
  const client = useServerClient(server);
  const [rule, setRule] = useState(given);
  const [kinds, setKinds] = useState(given.kinds.join(', '));
  const [apps, setApps] = useState(given.apps.join(', '));
  const { running, error, run } = useAction();
  const change = (more: Partial<Rule>) => setRule((before) => ({ ...before, ...more }));
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const toggled = (list: readonly number[], id: number, on: boolean) =>
    on ? [...list, id] : list.filter((each) => each !== id);
  return (
    <Dialog open wide onClose={onClose} title={given.id === 0 ? 'Add a rule' : `Change ${given.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            await client.call('notify.setRule', {
              rule: { ...rule, kinds: words(kinds), apps: words(apps) },
            });
            onClose();
          });
        }}
      >
        <Field label="Name" value={rule.name} onValue={(name) => change({ name })} required />
        <Choice<Severity>
          label="From this on"
          value={rule.severity}
          onValue={(severity) => change({ severity })}
          options={severities.map((value) => ({ value, label: value }))}
        />
        <Field
          label="Kinds"
          value={kinds}
          onValue={setKinds}
          mono
          hint="check.down, deployment.*, issue.new … with commas. Empty: all."
        />
        <Field
          label="Apps"
          value={apps}
          onValue={setApps}
          mono
          hint="With commas. Empty: all, and what belongs to none."
        />
        <fieldset>
          <legend>Told to</legend>
          {channels.map(({ id, name }) => (
            <Tick
              key={id}
              label={name}
              checked={rule.channels.includes(id)}
              onValue={(on) => change({ channels: toggled(rule.channels, id, on) })}
            />
          ))}
        </fieldset>
        <Tick
          label="Also tell when it is over"
          checked={rule.recovery}
          onValue={(recovery) => change({ recovery })}
        />
        <Tick
          label="Quiet hours"
          hint="What comes in them is told together when they end."
          checked={rule.quiet !== null}
          onValue={(on) =>
            change({ quiet: on ? { from: '22:00', to: '07:00', timezone: zone, critical: false } : null })
          }
        />
        {rule.quiet !== null && <QuietFields quiet={rule.quiet} onChange={(quiet) => change({ quiet })} />}
        <Field
          label="Tell together what comes within so many seconds"
          inputMode="numeric"
          value={String(rule.groupSeconds)}
          onValue={(text) => change({ groupSeconds: Number(text.replace(/\D/g, '')) })}
          hint="0: each at once."
        />
        <Tick
          label="Escalate"
          hint="What nobody takes care of goes to others, too."
          checked={rule.escalation !== null}
          onValue={(on) =>
            change({
              escalation: on
                ? { afterMinutes: 15, channels: channels.slice(0, 1).map(({ id }) => id) }
                : null,
            })
          }
        />
        {rule.escalation !== null && (
          <EscalationFields
            escalation={rule.escalation}
            channels={channels}
            onChange={(escalation) => change({ escalation })}
          />
        )}
        {error && <Notice message={error.message} hint={error.hint} />}
        <DialogEnd>
          {given.id !== 0 && (
            <Button
              weight="danger"
              busy={running}
              onClick={() =>
                run(async () => {
                  await client.call('notify.removeRule', { id: given.id });
                  onClose();
                })
              }
            >
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            weight="main"
            type="submit"
            busy={running}
            disabled={rule.name.trim() === '' || rule.channels.length === 0}
          >
            Save rule
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  );
}

type Quiet = NonNullable<Rule['quiet']>;

function QuietFields({ quiet, onChange }: { quiet: Quiet; onChange(quiet: Quiet): void }) {
  return (
    <>
      <Field label="From" type="time" value={quiet.from} onValue={(from) => onChange({ ...quiet, from })} />
      <Field label="To" type="time" value={quiet.to} onValue={(to) => onChange({ ...quiet, to })} />
      <Field
        label="Time zone"
        mono
        value={quiet.timezone}
        onValue={(timezone) => onChange({ ...quiet, timezone })}
      />
      <Tick
        label="Hold back even what is critical"
        checked={quiet.critical}
        onValue={(critical) => onChange({ ...quiet, critical })}
      />
    </>
  );
}

type Escalation = NonNullable<Rule['escalation']>;

function EscalationFields({
  escalation,
  channels,
  onChange,
}: {
  escalation: Escalation;
  channels: readonly Channel[];
  onChange(escalation: Escalation): void;
}) {
  return (
    <fieldset>
      <legend>Escalate to</legend>
      <Field
        label="After so many minutes"
        inputMode="numeric"
        value={String(escalation.afterMinutes)}
        onValue={(text) => onChange({ ...escalation, afterMinutes: Number(text.replace(/\D/g, '')) })}
      />
      {channels.map(({ id, name }) => (
        <Tick
          key={id}
          label={name}
          checked={escalation.channels.includes(id)}
          onValue={(on) =>
            onChange({
              ...escalation,
              channels: on ? [...escalation.channels, id] : escalation.channels.filter((each) => each !== id),
            })
          }
        />
      ))}
    </fieldset>
  );
}
