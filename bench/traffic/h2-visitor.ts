/** Someone who asks again and again by HTTP/2, many at once on one connection; nothing is retried but what the standard says may be. */

import { type ClientHttp2Session, connect } from 'node:http2';
import type { Visit } from './ledger.ts';
import type { Visitor } from './visitor.ts';

export interface H2VisitorOptions {
  port: number;
  host: string;
  /** Requests at once. */
  streams: number;
  thinkMs: number;
  record(visit: Visit): void;
}

const patienceMs = 10_000;
/** The server has not begun with it, and says so: it may be sent again (RFC 9113, 8.7). */
const refusedStream = 7;

export function startH2Visitor(options: H2VisitorOptions): Visitor {
  let wanted = true;
  let session: ClientHttp2Session | null = null;
  const open = (): ClientHttp2Session => {
    if (session !== null && !session.closed && !session.destroyed) return session;
    const fresh = connect(`https://localhost:${options.port}`, {
      servername: options.host,
      rejectUnauthorized: false,
    });
    // A connection that ends between requests is no request lost; one that ends under them shows in their outcome.
    fresh.on('error', () => undefined);
    fresh.on('goaway', () => {
      if (session === fresh) session = null;
    });
    session = fresh;
    return fresh;
  };
  const run = async () => {
    while (wanted) {
      const startedAt = Date.now();
      let outcome = await askOnce(open(), options.host);
      if (outcome === 'refused') outcome = await askOnce(open(), options.host);
      const said: Visit['outcome'] =
        outcome === 'refused' ? { kind: 'lost', why: 'refused twice by h2' } : outcome;
      options.record({ startedAt, endedAt: Date.now(), outcome: said });
      await Bun.sleep(options.thinkMs);
    }
  };
  const done = Promise.all(Array.from({ length: options.streams }, run));
  return {
    async stop() {
      wanted = false;
      await done;
      session?.destroy();
    },
  };
}

function askOnce(session: ClientHttp2Session, host: string): Promise<Visit['outcome'] | 'refused'> {
  return new Promise((resolve) => {
    let status = 0;
    let body = '';
    let ended = false;
    const timer = setTimeout(
      () => resolve({ kind: 'lost', why: `no answer within ${patienceMs / 1000} s by h2` }),
      patienceMs,
    );
    const stream = session.request({ ':path': '/', ':authority': host });
    stream.on('response', (fields) => {
      status = Number(fields[':status']);
    });
    stream.on('data', (bytes: Buffer) => {
      body += bytes.toString('latin1');
    });
    stream.on('end', () => {
      ended = true;
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      clearTimeout(timer);
      if (status !== 0 && ended) resolve({ kind: 'answered', status, body });
      else if (stream.rstCode === refusedStream) resolve('refused');
      else resolve({ kind: 'lost', why: `stream closed with ${stream.rstCode} before its end by h2` });
    });
  });
}
