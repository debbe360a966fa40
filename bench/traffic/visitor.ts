/** Someone who asks again and again on a raw connection and writes down what came: nothing is retried, nothing forgiven. */

import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { parseAnswer } from './answer.ts';
import type { Visit } from './ledger.ts';

export interface VisitorOptions {
  port: number;
  host: string;
  path: string;
  /** Speaks TLS, and trusts whatever certificate is shown. */
  secure?: boolean;
  /** `kept`: one connection for as long as the server keeps it. `new`: another one for every request. */
  connection: 'kept' | 'new';
  /** Pause between an answer and the next request, ms. */
  thinkMs: number;
  record(visit: Visit): void;
}

export interface Visitor {
  /** Resolves when the last answer is in. */
  stop(): Promise<void>;
}

/** No answer of the app takes this long: beyond it a request counts as lost. */
const patienceMs = 10_000;

export function startVisitor(options: VisitorOptions): Visitor {
  let wanted = true;
  const closing = options.connection === 'new' ? 'Connection: close\r\n' : '';
  const request = `GET ${options.path} HTTP/1.1\r\nHost: ${options.host}\r\n${closing}\r\n`;
  const run = async () => {
    let socket: Socket | null = null;
    while (wanted) {
      const startedAt = Date.now();
      const from = performance.now();
      const asked: { outcome: Visit['outcome']; socket: Socket | null } = await ask(
        socket?.readyState === 'open' ? socket : null,
        options,
        request,
      );
      options.record({
        startedAt,
        endedAt: Date.now(),
        ms: performance.now() - from,
        outcome: asked.outcome,
      });
      socket = asked.socket;
      if (options.connection === 'new') {
        socket?.destroy();
        socket = null;
      }
      await Bun.sleep(options.thinkMs);
    }
    socket?.destroy();
  };
  const done = run();
  return {
    stop() {
      wanted = false;
      return done;
    },
  };
}

/** One request and its answer; the socket comes back where it can be used again. */
function ask(
  kept: Socket | null,
  to: VisitorOptions,
  request: string,
): Promise<{ outcome: Visit['outcome']; socket: Socket | null }> {
  const { promise, resolve } = Promise.withResolvers<{ outcome: Visit['outcome']; socket: Socket | null }>();
  const socket = kept ?? open(to);
  let text = '';
  const lost = (why: string) =>
    finish({ kind: 'lost', why: `${why} on a ${kept ? 'kept' : 'new'} connection` }, false);
  const onError = (error: NodeJS.ErrnoException) => lost(error.code ?? error.message);
  const onClose = () => lost(text === '' ? 'closed without an answer' : 'closed in the middle of an answer');
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const progress = parseAnswer(text);
    if (progress.kind === 'more') return;
    if (progress.kind === 'broken' || progress.rest !== '') return lost('an answer that is none');
    finish({ kind: 'answered', ...progress.answer }, !progress.answer.closes);
  };
  const timer = setTimeout(() => lost(`no answer within ${patienceMs / 1000} s`), patienceMs);
  const finish = (outcome: Visit['outcome'], usable: boolean) => {
    clearTimeout(timer);
    socket.off('data', onData).off('error', onError).off('close', onClose);
    if (!usable) socket.destroy();
    resolve({ outcome, socket: usable ? socket : null });
  };
  socket.on('data', onData).on('error', onError).on('close', onClose);
  socket.write(request);
  return promise;
}

function open({ port, host, secure = false }: VisitorOptions): Socket {
  const at = { port, host: '127.0.0.1', noDelay: true };
  const socket = secure
    ? connectTls({ ...at, servername: host, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    : connect(at);
  // An idle kept connection may be closed or reset by the server at any time; that is no request lost.
  return socket.on('error', () => undefined);
}
