/** What went wrong in an app: which of its views the path names. */

import type { AppPageProps } from '../../app/pages.tsx';
import { TabBar } from '../../app/tab-bar.tsx';
import { ErrorsClient } from './errors-client.tsx';
import { EventPage } from './event-page.tsx';
import { IssueList } from './issue-list.tsx';
import { IssuePage } from './issue-page.tsx';
import { ReleasesView } from './releases-view.tsx';
import { SetupView } from './setup-view.tsx';
import { SlowView } from './slow-view.tsx';
import { TracePage } from './trace-page.tsx';

const views = [
  { name: 'issues', label: 'Issues' },
  { name: 'releases', label: 'Releases' },
  { name: 'slow', label: 'Slow' },
  { name: 'setup', label: 'Set up' },
] as const;

export function ErrorsPage({ at, sub }: Pick<AppPageProps, 'at' | 'sub'>) {
  return (
    <ErrorsClient at={at}>
      <View at={at} sub={sub} />
    </ErrorsClient>
  );
}

function View({ at, sub }: Pick<AppPageProps, 'at' | 'sub'>) {
  const [view = 'issues', id = ''] = sub;
  switch (view) {
    case 'issue':
      return <IssuePage key={id} at={at} id={Number(id)} />;
    case 'event':
      return <EventPage key={id} at={at} id={id} />;
    case 'trace':
      return <TracePage key={id} at={at} trace={id} />;
  }
  const here = views.find(({ name }) => name === view)?.name ?? 'issues';
  return (
    <>
      <TabBar
        label="Views of errors"
        tabs={views.map(({ name, label }) => ({
          name,
          label,
          to: { kind: 'app', ...at, tab: 'errors', ...(name === 'issues' ? {} : { sub: [name] }) },
          here: name === here,
        }))}
      />
      {here === 'issues' && <IssueList at={at} />}
      {here === 'releases' && <ReleasesView at={at} />}
      {here === 'slow' && <SlowView at={at} />}
      {here === 'setup' && <SetupView at={at} />}
    </>
  );
}
