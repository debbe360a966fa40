/** One GET over a connection of its own: status and headers; the body is left unread. */

import { connect } from 'node:net';
import type { ProbeResult } from '../../shared/proxy/evidence.ts';

export interface Question {
  /** An address, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** From before the connection to the end of the headers. */
  readonly timeoutMs: number;
}

export type Answer =
  | { kind: 'answered'; status: number; ms: number; headers: ReadonlyMap<string, string> }
  | Exclude<ProbeResult, { kind: 'answered' }>;

const maxHeadBytes = 64 * 1024;

/**
 * Asks without `fetch`, which would go through a proxy named in the environment, keep the connection for later, and
 * add headers. Never rejects. Redirects are answers like any other; interim (1xx) ones are skipped.
 */
export function ask(question: Question): Promise<Answer> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let head = '';
    const socket = connect({ host: question.address, port: question.port, noDelay: true });
    const finish = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish({ kind: 'timeout' }), question.timeoutMs);
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(requestText(question)));
    socket.on('data', (chunk: string) => {
      head += chunk;
      const parsed = parseHead(head);
      switch (parsed.kind) {
        case 'head':
          finish({ kind: 'answered', ms: performance.now() - startedAt, ...parsed.head });
          return;
        case 'broken':
          finish({ kind: 'broken', message: 'the answer is not HTTP' });
          return;
        case 'partial':
          if (head.length > maxHeadBytes) finish({ kind: 'broken', message: 'the headers never end' });
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(
        error.code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'broken', message: error.message },
      ),
    );
    socket.on('close', () => finish({ kind: 'broken', message: 'the connection closed before an answer' }));
  });
}

interface Head {
  status: number;
  headers: ReadonlyMap<string, string>;
}

/** The first final response head of `text` (RFC 9112, 4). Names in lower case; of repeated ones the last counts. */
export function parseHead(
  text: string,
): { kind: 'head'; head: Head } | { kind: 'partial' } | { kind: 'broken' } {
  let rest = text;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |\r\n)/.exec(rest);
    if (end < 0) return rest.length < 14 || status !== null ? { kind: 'partial' } : { kind: 'broken' };
    if (status === null) return { kind: 'broken' };
    const code = Number(status[1]);
    if (code >= 200 || code === 101) {
      return { kind: 'head', head: { status: code, headers: headersOf(rest.slice(0, end)) } };
    }
    rest = rest.slice(end + 4);
  }
}

function headersOf(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function requestText({ path, host, headers }: Question): string {
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'User-Agent: windlass-probe', 'Accept: */*'];
  for (const [name, value] of Object.entries(headers ?? {})) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`;
}
