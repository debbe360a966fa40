/** The segments of a site: one click chooses its filters, and those that are chosen now can be kept as one. */

import { useState } from 'react';
import type { Filter } from '../../../../shared/analytics/query.ts';
import { writeFilter } from '../../../../shared/analytics/segment.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './analytics-page.module.css';

export function Segments({
  at,
  filters,
  onChoose,
}: {
  at: At;
  filters: readonly Filter[];
  onChoose(filters: readonly Filter[]): void;
}) {
  const client = useServerClient(at.server);
  const site = { app: at.app, environment: at.environment };
  const { value } = useAsked('segments', (signal) => client.call('analytics.segments', site, signal), 60_000);
  const action = useAction();
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState('');
  const segments = value?.segments ?? [];
  const written = filters.map(writeFilter).join('\n');
  const chosen = segments.find((segment) => segment.filters.map(writeFilter).join('\n') === written);
  const keep = () =>
    action.run(async () => {
      const segment = { name: name.trim(), filters: [...filters] };
      await client.call('analytics.saveSegment', { ...site, segment });
      setNaming(false);
      setName('');
    });
  // What is kept lies on the server, so without it there is nothing to choose from.
  if (value === null || (segments.length === 0 && filters.length === 0)) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of a form are gathered here.
    <div className={styles.chips} role="group" aria-label="Segments">
      {segments.map((segment) => (
        <button
          key={segment.name}
          type="button"
          className={styles.chip}
          aria-pressed={segment === chosen}
          onClick={() => onChoose(segment === chosen ? [] : segment.filters)}
        >
          {segment.name}
        </button>
      ))}
      {filters.length > 0 && chosen === undefined && (
        <Button weight="quiet" onClick={() => setNaming(true)}>
          Keep as a segment
        </Button>
      )}
      {chosen !== undefined && (
        <Button
          weight="quiet"
          busy={action.running}
          onClick={() =>
            void action.run(async () => {
              await client.call('analytics.removeSegment', { ...site, name: chosen.name });
            })
          }
        >
          Remove this segment
        </Button>
      )}
      {action.error && !naming && <Notice message={action.error.message} hint={action.error.hint} />}
      <Dialog
        title="Keep as a segment"
        lead="The filters that are chosen now, under a name, for everybody who looks at this app."
        open={naming}
        onClose={() => setNaming(false)}
      >
        <Field label="Name" value={name} onValue={setName} maxLength={60} />
        {action.error && <Notice message={action.error.message} hint={action.error.hint} />}
        <DialogEnd>
          <Button
            weight="main"
            busy={action.running}
            disabled={name.trim() === ''}
            onClick={() => void keep()}
          >
            Keep
          </Button>
        </DialogEnd>
      </Dialog>
    </div>
  );
}
