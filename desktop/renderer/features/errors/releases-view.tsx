/** Releases of an app and how they fare: what they brought and brought back, and how many sessions ended without a crash. */

import { ago } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Table } from '../../ui/page.tsx';
import { changeText, compareReleases } from './compare-releases.ts';

export function ReleasesView({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const { value, error } = useAsked(
    'error-releases',
    (signal) => client.call('errors.releases', { app: at.app }, signal),
    30_000,
  );
  if (value === null) {
    return error ? (
      <Notice message={error.message} hint={error.hint} />
    ) : (
      <Waiting label="Looking at releases" />
    );
  }
  return (
    <Table
      label="Releases"
      heads={[
        'Release',
        'First',
        'Last',
        'Events',
        'New issues',
        'Came back',
        'Sessions',
        'Crash-free',
        'Points to the one before',
      ]}
      figures={['Events', 'New issues', 'Came back', 'Sessions', 'Crash-free', 'Points to the one before']}
    >
      {compareReleases(value.releases).map((release) => (
        <tr key={release.version}>
          <td>{release.version}</td>
          <td>{ago(release.firstAt, Date.now())}</td>
          <td>{ago(release.lastAt, Date.now())}</td>
          <Figure>{release.events.toLocaleString()}</Figure>
          <Figure>{release.newIssues.toLocaleString()}</Figure>
          <Figure>{(release.regressed ?? 0).toLocaleString()}</Figure>
          <Figure>{release.sessions.toLocaleString()}</Figure>
          <Figure>{release.crashFree === null ? '' : `${(release.crashFree * 100).toFixed(2)} %`}</Figure>
          <Figure>{release.change === null ? '' : changeText(release.change)}</Figure>
        </tr>
      ))}
    </Table>
  );
}
