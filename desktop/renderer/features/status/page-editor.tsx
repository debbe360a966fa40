/** Edits a status page beside what visitors would see of it now. */

import { useState } from 'react';
import type { StatusPage } from '../../../../shared/status/page.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './status.module.css';

export function PageEditor({
  server,
  page: given,
  onClose,
}: {
  server: string;
  page: StatusPage;
  onClose(): void;
}) {
  const client = useServerClient(server);
  const [page, setPage] = useState(given);
  const { running, error, run } = useAction();
  const change = (more: Partial<StatusPage>) => setPage((before) => ({ ...before, ...more }));
  const checks = useAsked(
    'checks to choose',
    async (signal) => (await client.call('checks.list', {}, signal)).checks,
  );
  const key = JSON.stringify(page);
  const preview = useAsked(`preview ${key}`, async (signal) => {
    // Not at every letter.
    await new Promise((resolve) => setTimeout(resolve, 300));
    signal.throwIfAborted();
    return (await client.call('status.preview', { page }, signal)).html;
  });
  const toggle = (id: number, name: string, on: boolean) =>
    change({
      components: on
        ? [...page.components, { name, group: '', checks: [id] }]
        : page.components.filter((component) => !component.checks.includes(id)),
    });
  return (
    <div className={styles.editor}>
      <Section title={given.id === 0 ? 'A new status page' : `Edit ${given.title}`}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run(async () => {
              await client.call('status.set', { page });
              onClose();
            });
          }}
        >
          <Field label="Title" value={page.title} onValue={(title) => change({ title })} required />
          <Field label="About" value={page.about} onValue={(about) => change({ about })} />
          <Field
            label="Short name"
            value={page.slug}
            onValue={(slug) => change({ slug })}
            mono
            hint={`The page is at /.windlass/status/${page.slug}/ of every host.`}
          />
          <Field
            label="Host of its own"
            value={page.host ?? ''}
            onValue={(host) => change({ host: host === '' ? null : host })}
            mono
            placeholder="status.example.com"
            hint="Point its DNS record at this server."
          />
          <Field
            label="Address"
            value={page.address ?? ''}
            onValue={(address) => change({ address: address === '' ? null : address })}
            mono
            placeholder="https://status.example.com"
            hint="Where people find it, for links in mails and feeds."
          />
          <fieldset>
            <legend>Components</legend>
            {(checks.value ?? []).map(({ id, name }) => (
              <Tick
                key={id}
                label={name}
                checked={page.components.some((component) => component.checks.includes(id))}
                onValue={(on) => toggle(id, name, on)}
              />
            ))}
            {page.components.map((component, index) => (
              <div key={component.checks.join()} className={styles.component}>
                <Field
                  label={`Name of component ${index + 1}`}
                  value={component.name}
                  onValue={(name) =>
                    change({ components: page.components.with(index, { ...component, name }) })
                  }
                />
                <Field
                  label={`Group of component ${index + 1}`}
                  value={component.group}
                  onValue={(group) =>
                    change({ components: page.components.with(index, { ...component, group }) })
                  }
                />
              </div>
            ))}
          </fieldset>
          <Tick
            label="Visitors may subscribe"
            hint="By e-mail through your e-mail channel, or with a webhook."
            checked={page.subscribe}
            onValue={(subscribe) => change({ subscribe })}
          />
          {error && <Notice message={error.message} hint={error.hint} />}
          <div className={styles.end}>
            {given.id !== 0 && (
              <Button
                weight="danger"
                busy={running}
                onClick={() =>
                  run(async () => {
                    await client.call('status.remove', { id: given.id });
                    onClose();
                  })
                }
              >
                Remove page
              </Button>
            )}
            <Button onClick={onClose}>Cancel</Button>
            <Button weight="main" type="submit" busy={running}>
              Save page
            </Button>
          </div>
        </form>
      </Section>
      <Section title="As visitors see it">
        {preview.error && <Notice message={preview.error.message} hint={preview.error.hint} />}
        {/* Without scripts and without this page's origin: it is only looked at. */}
        <iframe className={styles.preview} title="Preview" sandbox="" srcDoc={preview.value ?? ''} />
      </Section>
    </div>
  );
}
