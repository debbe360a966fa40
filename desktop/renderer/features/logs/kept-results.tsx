/** What a search through everything kept has found, release by release. */

import { useEffect, useMemo, useState } from 'react';
import type { LogLine } from '../../../../shared/deployer/model.ts';
import { type PublicError, toPublicError } from '../../../../shared/errors.ts';
import type { At } from '../../app/app-frame.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { LogView } from '../../ui/log-view.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { countsOf, patternOf } from './kept-search.ts';
import styles from './logs-page.module.css';

/** As many as the contract gives at once. */
const mostFound = 100_000;

export function KeptResults({
  at,
  find,
  kind,
  onBack,
}: {
  at: At;
  find: string;
  kind: 'run' | 'build';
  onBack(): void;
}) {
  const client = useServerClient(at.server);
  const { app, environment } = at;
  const [rows, setRows] = useState<readonly LogLine[] | null>(null);
  const [error, setError] = useState<PublicError | null>(null);
  const [release, setRelease] = useState<number | null | 'all'>('all');
  useEffect(() => {
    const stop = new AbortController();
    const found: LogLine[] = [];
    client
      .stream(
        'logs.read',
        { app, environment, kind, grep: patternOf(find), tail: mostFound, follow: false },
        (line) => found.push(line),
        stop.signal,
      )
      .then(
        () => setRows(found),
        (failure: unknown) => stop.signal.aborted || setError(toPublicError(failure)),
      );
    return () => stop.abort();
  }, [client, app, environment, kind, find]);
  const counts = useMemo(() => countsOf(rows ?? []), [rows]);
  const shown = useMemo(
    () => (release === 'all' ? (rows ?? []) : (rows ?? []).filter((row) => row.release === release)),
    [rows, release],
  );
  if (error !== null) {
    return (
      <Notice message={error.message} hint={error.hint}>
        <Button onClick={onBack}>Back to the live log</Button>
      </Notice>
    );
  }
  if (rows === null) return <Waiting label="Searching everything the server keeps" />;
  return (
    <>
      <div className={styles.bar}>
        <span className={styles.count} role="status">
          {rows.length.toLocaleString()} {rows.length === 1 ? 'line' : 'lines'} in all that is kept
        </span>
        {counts.length > 1 &&
          [{ release: 'all' as const, count: rows.length }, ...counts].map((each) => (
            <Button
              key={String(each.release)}
              weight="quiet"
              aria-pressed={each.release === release}
              onClick={() => setRelease(each.release)}
            >
              {each.release === 'all'
                ? 'All'
                : `${each.release === null ? 'No release' : `Release ${each.release}`}: ${each.count.toLocaleString()}`}
            </Button>
          ))}
        <Button onClick={onBack}>Back to the live log</Button>
      </div>
      <LogView rows={shown} label="Found lines" follow={false} find={find} tall releases />
    </>
  );
}
