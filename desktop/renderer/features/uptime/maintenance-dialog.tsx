/** Plans work: once, or every week at a time of day. */

import { useState } from 'react';
import type { CheckView } from '../../../../shared/uptime/contract.ts';
import type { Maintenance } from '../../../../shared/uptime/maintenance.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Choice, Field, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { dayNames } from './maintenance-words.ts';

/** More would be no choice; whoever has more takes all. */
const chosenFrom = 50;

export function MaintenanceDialog({
  server,
  checks,
  onClose,
}: {
  server: string;
  checks: readonly CheckView[];
  onClose(): void;
}) {
  const client = useServerClient(server);
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState<Maintenance['when']['kind']>('once');
  const [once, setOnce] = useState({ from: '', to: '' });
  const [weekly, setWeekly] = useState({ days: [0], from: '03:00', minutes: '60' });
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const { running, error, run } = useAction();
  const when = (): Maintenance['when'] =>
    kind === 'once'
      ? { kind, from: Date.parse(once.from), to: Date.parse(once.to) }
      : {
          ...{ kind, days: weekly.days, from: weekly.from, minutes: Number(weekly.minutes) },
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        };
  const isWhole =
    title.trim() !== '' && (kind === 'once' ? once.from !== '' && once.to !== '' : weekly.days.length > 0);
  const toggled = <T,>(list: readonly T[], one: T, on: boolean) =>
    on ? [...list, one] : list.filter((each) => each !== one);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Plan maintenance"
      lead="Status pages announce it a week ahead."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            await client.call('maintenance.set', {
              maintenance: { id: 0, title, checks: [...chosen], when: when() },
            });
            onClose();
          });
        }}
      >
        <Field label="What" value={title} onValue={setTitle} required />
        <Choice<Maintenance['when']['kind']>
          label="When"
          value={kind}
          onValue={setKind}
          options={[
            { value: 'once', label: 'Once' },
            { value: 'weekly', label: 'Every week' },
          ]}
        />
        {kind === 'once' ? (
          <>
            <Field
              label="From"
              type="datetime-local"
              value={once.from}
              onValue={(from) => setOnce({ ...once, from })}
            />
            <Field
              label="To"
              type="datetime-local"
              value={once.to}
              onValue={(to) => setOnce({ ...once, to })}
            />
          </>
        ) : (
          <>
            {dayNames.map((name, day) => (
              <Tick
                key={name}
                label={name}
                checked={weekly.days.includes(day)}
                onValue={(on) => setWeekly({ ...weekly, days: toggled(weekly.days, day, on) })}
              />
            ))}
            <Field
              label="From"
              type="time"
              value={weekly.from}
              onValue={(from) => setWeekly({ ...weekly, from })}
            />
            <Field
              label="Minutes"
              inputMode="numeric"
              value={weekly.minutes}
              onValue={(minutes) => setWeekly({ ...weekly, minutes })}
            />
          </>
        )}
        <fieldset>
          <legend>Of these checks; none chosen means all</legend>
          {checks.slice(0, chosenFrom).map(({ id, name }) => (
            <Tick
              key={id}
              label={name}
              checked={chosen.includes(id)}
              onValue={(on) => setChosen(toggled(chosen, id, on))}
            />
          ))}
        </fieldset>
        {error && <Notice message={error.message} hint={error.hint} />}
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="main" type="submit" busy={running} disabled={!isWhole}>
            Plan maintenance
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  );
}
