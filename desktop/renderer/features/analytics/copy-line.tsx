/** How old the copy on this computer is, and what makes it newer. */

import { useCallback, useEffect, useState } from 'react';
import { ago, size } from '../../app/amounts.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { LocalCopy } from './local-copy.ts';

/** A copy older than this is brought up to date by itself while its page is open. */
const staleMs = 15 * 60_000;

export function CopyLine({ copy, copiedAt }: { copy: LocalCopy; copiedAt: number | null }) {
  const [held, setHeld] = useState<{ syncedAt: number | null; bytes: number } | null>(null);
  const [fetched, setFetched] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const sync = useCallback(
    async (signal: AbortSignal) => {
      let sum = 0;
      setFetched(0);
      try {
        const now = await copy.sync(signal, (bytes) => {
          sum += bytes;
          setFetched(sum);
        });
        setHeld(now);
        setFailed(false);
      } catch {
        // What was fetched stays; the line says that it is not of now.
        if (!signal.aborted) setFailed(true);
      } finally {
        setFetched(null);
      }
    },
    [copy],
  );
  const away = copiedAt !== null;
  useEffect(() => {
    const stop = new AbortController();
    copy.held().then(
      (known) => {
        setHeld(known);
        const stale = known.syncedAt === null || Date.now() - known.syncedAt > staleMs;
        if (stale && !away && !stop.signal.aborted) void sync(stop.signal);
      },
      // A desktop that keeps no copies says nothing of them.
      () => setHeld(null),
    );
    return () => stop.abort();
  }, [copy, sync, away]);
  if (copiedAt !== null) {
    return (
      <Notice
        tone="warn"
        message={`The server cannot be reached: this is the copy on this computer, of ${ago(copiedAt, Date.now())}`}
      />
    );
  }
  if (held === null) return null;
  return (
    <p>
      <small>
        {fetched !== null
          ? `Copying to this computer, ${size(fetched)} so far`
          : held.syncedAt === null
            ? 'Not copied to this computer yet'
            : `Copied to this computer ${ago(held.syncedAt, Date.now())}, ${size(held.bytes)}${failed ? '; the last try was cut off' : ''}`}
      </small>{' '}
      {fetched === null && (
        <Button weight="quiet" onClick={() => void sync(new AbortController().signal)}>
          Copy now
        </Button>
      )}
    </p>
  );
}
