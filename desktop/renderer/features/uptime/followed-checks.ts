/** The checks of a server: asked once in a while, and each change of one as it happens. */

import { useEffect, useMemo, useState } from 'react';
import type { CheckView } from '../../../../shared/uptime/contract.ts';
import { type Asked, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';

const everyMs = 30_000;

export function useChecks(server: string): Asked<CheckView[]> {
  const client = useServerClient(server);
  const asked = useAsked(
    'checks',
    async (signal) => (await client.call('checks.list', {}, signal)).checks,
    everyMs,
  );
  const [changed, setChanged] = useState<ReadonlyMap<number, CheckView>>(new Map());
  useEffect(() => {
    const stop = new AbortController();
    const take = (view: CheckView) => setChanged((before) => new Map(before).set(view.id, view));
    // A line that is cut says so by itself.
    client.stream('checks.follow', {}, take, stop.signal).catch(() => undefined);
    return () => stop.abort();
  }, [client]);
  const value = useMemo(
    () =>
      asked.value?.map((check) => {
        const newer = changed.get(check.id);
        return newer !== undefined && (newer.lastAt ?? 0) > (check.lastAt ?? 0) ? newer : check;
      }) ?? null,
    [asked.value, changed],
  );
  return { ...asked, value };
}
