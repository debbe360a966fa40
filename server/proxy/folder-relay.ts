/** Answers a request from a static release's folder, straight on the client's socket. */

import type { Backend } from '../../shared/proxy/backend.ts';
import type { Log } from '../kernel/log.ts';
import { FileSource, type Progress } from './file-source.ts';
import { answerFromFolder, type FolderAnswer } from './folder-answer.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Outbox } from './outbox.ts';
import { httpDate, ownPage, statusOf } from './pages.ts';

export interface FolderReader {
  onStatus(status: number): void;
  /** The whole answer was handed to the outbox. */
  onSent(): void;
  /** The answer broke off, or never began. */
  onBroken(): void;
  /** The client has to take what waits first. */
  onWaiting(): void;
}

export class FolderRelay {
  readonly #outbox: Outbox;
  readonly #errorLog: Log;
  readonly #reader: FolderReader;
  #source: FileSource | null = null;
  #closed = false;

  constructor(outbox: Outbox, errorLog: Log, reader: FolderReader) {
    this.#outbox = outbox;
    this.#errorLog = errorLog;
    this.#reader = reader;
  }

  /** `inside`: the path within the folder; `lines`: what the proxy says of itself and the connection. */
  answer(
    folder: Extract<Backend, { kind: 'folder' }>,
    head: RequestHead,
    inside: string,
    lines: string,
  ): void {
    try {
      const { method, path, fields } = head;
      this.#send(answerFromFolder(folder, { method, path, inside, fields }), head, lines);
    } catch (error) {
      this.#errorLog.error('a static release cannot be read', { root: folder.root, error });
      this.#reader.onBroken();
    }
  }

  drained(): void {
    if (this.#source !== null) this.#follow(this.#source, this.#source.pump(this.#outbox));
  }

  close(): void {
    this.#closed = true;
    this.#source?.close();
    this.#source = null;
  }

  #send(answer: FolderAnswer, head: RequestHead, lines: string): void {
    const { method, accept } = head;
    const own = { method, accept, connection: lines };
    switch (answer.kind) {
      case 'method':
        this.#say(statusOf('method'), ownPage('method', own));
        return;
      case 'not-found':
        this.#say(404, ownPage('not-found', own));
        return;
      case 'no-such-part':
        this.#say(416, ownPage('range', { ...own, extra: `Content-Range: bytes */${answer.size}\r\n` }));
        return;
      case 'redirect':
        this.#say(
          302,
          statusLines('302 Found', `Location: ${answer.location}\r\nContent-Length: 0\r\n${lines}`),
        );
        return;
      case 'unchanged':
        this.#say(304, statusLines('304 Not Modified', answer.fields + lines));
        return;
      case 'file': {
        const text = statusLines(reasons[answer.status], answer.fields + lines);
        if (method === 'HEAD') {
          this.#say(answer.status, text);
          return;
        }
        const source = new FileSource(answer.file, answer.start, answer.end);
        this.#source = source;
        this.#reader.onStatus(answer.status);
        this.#follow(source, source.begin(this.#outbox, text));
        return;
      }
    }
  }

  #say(status: number, text: string): void {
    this.#reader.onStatus(status);
    this.#outbox.sendHead(text, null, 0, 0);
    this.#reader.onSent();
  }

  #follow(source: FileSource, progress: Progress): void {
    switch (progress) {
      case 'done':
        this.close();
        this.#reader.onSent();
        return;
      case 'more':
        this.#reader.onWaiting();
        return;
      case 'short':
        this.#reader.onBroken();
        return;
      case 'yield':
        setImmediate(() => {
          if (!this.#closed) this.#follow(source, source.pump(this.#outbox));
        });
    }
  }
}

const reasons = { 200: '200 OK', 206: '206 Partial Content', 404: '404 Not Found' } as const;

function statusLines(status: string, fields: string): string {
  return `HTTP/1.1 ${status}\r\nDate: ${httpDate()}\r\n${fields}\r\n`;
}
