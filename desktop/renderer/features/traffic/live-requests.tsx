/** Requests of an environment as they end, the newest first. */

import { useEffect, useState } from 'react';
import { type PublicError, toPublicError } from '../../../../shared/errors.ts';
import type { LoggedRequest } from '../../../../shared/proxy/requests-contract.ts';
import { clock, size, span } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import styles from './traffic-page.module.css';

const mostRows = 100;

interface Row {
  key: number;
  request: LoggedRequest;
}

export function LiveRequests({ at, path }: { at: At; path: string | undefined }) {
  const client = useServerClient(at.server);
  const { app, environment } = at;
  const [watching, setWatching] = useState(true);
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [error, setError] = useState<PublicError | null>(null);
  useEffect(() => {
    if (!watching) return;
    const stop = new AbortController();
    let count = 0;
    let waiting: Row[] = [];
    let frame = 0;
    const flush = () => {
      frame = 0;
      const fresh = waiting.reverse();
      waiting = [];
      setRows((before) => [...fresh, ...before].slice(0, mostRows));
    };
    setRows([]);
    setError(null);
    client
      .stream(
        'requests.tail',
        { app, environment, ...(path === undefined ? {} : { path }) },
        ({ request }) => {
          waiting.push({ key: count++, request });
          frame ||= requestAnimationFrame(flush);
        },
        stop.signal,
      )
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(toPublicError(reason));
      });
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [client, app, environment, path, watching]);
  return (
    <Section
      title="Live"
      aside={
        <Button weight="quiet" aria-pressed={watching} onClick={() => setWatching(!watching)}>
          {watching ? 'Watching' : 'Watch'}
        </Button>
      }
    >
      {error && <Notice message={error.message} hint={error.hint} />}
      {rows.length === 0 ? (
        <p className={styles.none}>
          {watching ? 'Requests appear here as they end.' : 'Nothing is watched.'}
        </p>
      ) : (
        <Table
          label="Live requests"
          heads={['When', 'Status', 'Request', 'Took', 'Sent', 'From']}
          figures={['Took', 'Sent']}
        >
          {rows.map(({ key, request }) => (
            <tr key={key}>
              <td className={styles.when}>{clock(request.at)}</td>
              <td data-class={Math.floor(request.status / 100)} className={styles.status}>
                {request.status}
              </td>
              <td className={styles.path}>
                {request.method} {request.path}
              </td>
              <Figure>{span(request.ms)}</Figure>
              <Figure>{size(request.bytesOut)}</Figure>
              <td>
                {request.client}{' '}
                <small>
                  {request.country ?? (request.agent === 'none' ? 'names no program' : request.agent)}
                </small>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
