/** Answers a request from a static release's folder, straight on the client's socket. */

import type { Backend } from '../../shared/proxy/backend.ts';
import type { Answering, Responder } from './answering.ts';
import { FileSource, type Progress } from './file-source.ts';
import { answerFromFolder, type FolderAnswer } from './folder-answer.ts';
import { connectionLine } from './outgoing-head.ts';
import { httpDate, ownPage, statusOf } from './pages.ts';

export class FolderRelay implements Responder {
  readonly #to: Answering;
  readonly #reuse: boolean;
  #source: FileSource | null = null;
  #closed = false;

  constructor(to: Answering) {
    this.#to = to;
    this.#reuse = to.mayReuse();
  }

  /** `inside`: the path within the folder. */
  answer(folder: Extract<Backend, { kind: 'folder' }>, inside: string): void {
    const { head, context } = this.#to;
    const lines = this.#to.ownLines() + connectionLine(head, this.#reuse);
    try {
      const { method, path, fields } = head;
      this.#send(answerFromFolder(folder, { method, path, inside, fields }), lines);
    } catch (error) {
      context.errorLog.error('a static release cannot be read', { root: folder.root, error });
      this.#to.broken(500);
    }
  }

  /** No file wants a body: what comes of one is thrown away, and no more is read. */
  receive(): void {
    this.#to.visitor.pauseInput();
  }

  drained(): void {
    if (this.#source !== null) this.#follow(this.#source, this.#source.pump(this.#to.visitor.outbox));
  }

  close(): void {
    this.#closed = true;
    this.#source?.close();
    this.#source = null;
  }

  #send(answer: FolderAnswer, lines: string): void {
    const { method, accept } = this.#to.head;
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
        this.#to.begun(answer.status, this.#reuse);
        this.#follow(source, source.begin(this.#to.visitor.outbox, text));
        return;
      }
    }
  }

  #say(status: number, text: string): void {
    this.#to.begun(status, this.#reuse);
    this.#to.visitor.outbox.sendHead(text, null, 0, 0);
    this.#to.answered();
  }

  #follow(source: FileSource, progress: Progress): void {
    switch (progress) {
      case 'done':
        this.close();
        this.#to.answered();
        return;
      case 'more':
        this.#to.going(false);
        return;
      case 'short':
        this.#to.broken(500);
        return;
      case 'yield':
        setImmediate(() => {
          if (!this.#closed) this.#follow(source, source.pump(this.#to.visitor.outbox));
        });
    }
  }
}

const reasons = { 200: '200 OK', 206: '206 Partial Content', 404: '404 Not Found' } as const;

function statusLines(status: string, fields: string): string {
  return `HTTP/1.1 ${status}\r\nDate: ${httpDate()}\r\n${fields}\r\n`;
}
