/** What an app wrote, live and back across its releases, with a search that keeps up with typing. */

import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { LogLine } from '../../../../shared/deployer/model.ts';
import { type PublicError, toPublicError } from '../../../../shared/errors.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { LogView } from '../../ui/log-view.tsx';
import { Notice } from '../../ui/notice.tsx';
import { KeptResults } from './kept-results.tsx';
import { createLogBuffer } from './log-buffer.ts';
import styles from './logs-page.module.css';

const mostLines = 50_000;

export function LogsPage({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const { app, environment } = at;
  const [kind, setKind] = useState<'run' | 'build'>('run');
  const [release, setRelease] = useState<number | null>(null);
  const [typed, setTyped] = useState('');
  const find = useDeferredValue(typed);
  const [follow, setFollow] = useState(true);
  /** What everything kept is searched for; null while the live log is shown. */
  const [kept, setKept] = useState<string | null>(null);
  const [state, setState] = useState<{ rows: readonly LogLine[]; count: number; error: PublicError | null }>({
    rows: [],
    count: 0,
    error: null,
  });
  const buffer = useMemo(
    () => ({ lines: createLogBuffer(mostLines), of: `${kind} ${release}` }),
    [kind, release],
  );
  const releases = useAsked(
    'log-releases',
    async (signal) => (await client.call('releases.list', { app, environment }, signal)).releases,
    10_000,
  ).value;
  useEffect(() => {
    const stop = new AbortController();
    let waiting: LogLine[] = [];
    let frame = 0;
    const show = () => setState({ rows: buffer.lines.found, count: buffer.lines.count, error: null });
    const flush = () => {
      frame = 0;
      buffer.lines.append(waiting);
      waiting = [];
      show();
    };
    show();
    client
      .stream(
        'logs.read',
        { app, environment, kind, tail: mostLines, follow: true, ...(release === null ? {} : { release }) },
        (line) => {
          waiting.push(line);
          frame ||= requestAnimationFrame(flush);
        },
        stop.signal,
      )
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setState((before) => ({ ...before, error: toPublicError(error) }));
      });
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [client, app, environment, kind, release, buffer]);
  useEffect(() => {
    buffer.lines.search(find);
    setState((before) => ({ ...before, rows: buffer.lines.found }));
  }, [buffer, find]);
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <input
          type="search"
          className={styles.find}
          aria-label="Search in the log"
          placeholder="Search"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setKept(null);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && typed !== '') setKept(typed);
          }}
        />
        <select
          aria-label="Release"
          value={release ?? ''}
          onChange={(event) => setRelease(event.target.value === '' ? null : Number(event.target.value))}
        >
          <option value="">All releases</option>
          {releases?.map(({ number, state: is }) => (
            <option key={number} value={number}>
              Release {number}
              {is === 'live' ? ' (live)' : ''}
            </option>
          ))}
        </select>
        <select
          aria-label="Kind"
          value={kind}
          onChange={(event) => setKind(event.target.value === 'build' ? 'build' : 'run')}
        >
          <option value="run">What it wrote</option>
          <option value="build">What its builds wrote</option>
        </select>
        <span className={styles.count} role="status">
          {find === ''
            ? linesText(state.count)
            : `${state.rows.length.toLocaleString()} of ${linesText(state.count)}`}
        </span>
        {typed !== '' && kept === null && (
          <Button weight="quiet" onClick={() => setKept(typed)}>
            Search all that is kept
          </Button>
        )}
        {kept === null && (
          <Button weight="quiet" onClick={() => setFollow(!follow)} aria-pressed={follow}>
            {follow ? 'Following' : 'Follow'}
          </Button>
        )}
      </div>
      {state.error && <Notice message={state.error.message} hint={state.error.hint} />}
      {kept === null ? (
        <LogView
          rows={state.rows}
          label="Log"
          follow={follow}
          onFollow={setFollow}
          find={find}
          tall
          releases
        />
      ) : (
        <KeptResults key={`${kind} ${kept}`} at={at} find={kept} kind={kind} onBack={() => setKept(null)} />
      )}
      {state.count === 0 && kept === null && !state.error && (
        <p className={styles.none}>
          Nothing was written yet. What the app prints to its standard output and error appears here at once.
        </p>
      )}
    </div>
  );
}

function linesText(count: number): string {
  return count === 1 ? '1 line' : `${count.toLocaleString()} lines`;
}
