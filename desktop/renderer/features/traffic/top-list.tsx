/** The most frequent of something: paths, statuses, visitors. */

import { type TopDimension, topDimensions } from '../../../../shared/proxy/requests-contract.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { BarList } from '../../charts/bar-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './traffic-page.module.css';

const names: Partial<Record<TopDimension, string>> = {
  path: 'Path',
  status: 'Status',
  client: 'Address',
  country: 'Country',
  referrer: 'Came from',
  agent: 'Program',
  host: 'Host',
  release: 'Release',
};

/** Those worth a list of their own on a page about one environment. */
export const shownTops = topDimensions.filter((each) => each in names);

export function TopList({
  at,
  by,
  range,
  path,
  onPath,
}: {
  at: At;
  by: TopDimension;
  range: { since: number; until: number };
  path: string | undefined;
  /** A path was chosen, or let go of. */
  onPath(path: string | undefined): void;
}) {
  const client = useServerClient(at.server);
  const top = useAsked(
    `top ${by} ${at.app}/${at.environment} ${range.since} ${path ?? ''}`,
    async (signal) => {
      const filter = { app: at.app, environment: at.environment, ...(path === undefined ? {} : { path }) };
      return (await client.call('requests.top', { ...filter, ...range, by, limit: 10 }, signal)).rows;
    },
    30_000,
  );
  if (top.error) return <Notice message={top.error.message} hint={top.error.hint} />;
  if (top.value?.length === 0) return <p className={styles.none}>Nothing came in this time.</p>;
  const bars = (top.value ?? []).map(({ value, requests, errors }) => ({
    key: value,
    name: value === '' ? 'unknown' : value,
    value: requests,
    ...(errors > 0 ? { note: `${errors.toLocaleString()} failed`, tone: 'bad' as const } : {}),
  }));
  return (
    <BarList
      label={`Most frequent: ${names[by] ?? by}`}
      heads={[names[by] ?? by, 'Requests']}
      bars={bars}
      {...(by === 'path'
        ? { chosen: path, onChoose: (key: string) => onPath(key === path ? undefined : key) }
        : {})}
    />
  );
}

export function topName(by: TopDimension): string {
  return names[by] ?? by;
}
