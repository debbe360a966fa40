/** Status pages: which there are, and an editor that shows the page as visitors will see it. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import type { StatusPage } from '../../../../shared/status/page.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import { PageEditor } from './page-editor.tsx';

const empty: StatusPage = {
  ...{ id: 0, slug: 'main', title: 'Status', about: '', host: null, address: null },
  ...{ components: [], subscribe: false },
};

export function StatusPages({
  server,
}: {
  server: string;
  apps: readonly App[] | null;
  sub: readonly string[];
}) {
  const client = useServerClient(server);
  const asked = useAsked(
    'status pages',
    async (signal) => (await client.call('status.pages', {}, signal)).pages,
  );
  const [editing, setEditing] = useState<StatusPage | null>(null);
  if (editing !== null) {
    const close = () => {
      setEditing(null);
      asked.again();
    };
    return <PageEditor server={server} page={editing} onClose={close} />;
  }
  if (asked.value === null) {
    return asked.error ? (
      <Notice message={asked.error.message} hint={asked.error.hint} />
    ) : (
      <Waiting label="Reading status pages" />
    );
  }
  return (
    <Section
      title="All status pages"
      aside={
        <Button weight="main" onClick={() => setEditing(empty)}>
          Add status page
        </Button>
      }
    >
      {asked.value.length === 0 ? (
        <Empty title="The public is told nothing yet">
          <p>
            A status page says what works, also while every app is down. It is on a host of its own or below a
            path.
          </p>
        </Empty>
      ) : (
        <Table
          label="Status pages"
          heads={['Title', 'Where', 'Components', 'Subscribers', '']}
          figures={['Components', 'Subscribers']}
        >
          {asked.value.map(({ subscribers, ...page }) => (
            <tr key={page.id}>
              <td>{page.title}</td>
              <td>
                {page.address === null ? (
                  <code>{page.host ?? `/.windlass/status/${page.slug}/`}</code>
                ) : (
                  <a href={page.address} target="_blank" rel="noreferrer">
                    {page.address.replace(/^https?:\/\//, '')}
                  </a>
                )}
              </td>
              <Figure>{page.components.length}</Figure>
              <Figure>{subscribers}</Figure>
              <td data-end>
                <Button weight="quiet" aria-label={`Edit ${page.title}`} onClick={() => setEditing(page)}>
                  Edit
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
