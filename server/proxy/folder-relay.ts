/** Answers a request from a static release's folder, straight on the client's socket. */

import type { Backend } from '../../shared/proxy/backend.ts';
import type { Answering, Responder } from './answering.ts';
import { FileSource, type Progress } from './file-source.ts';
import { answerFromFolder, type FolderAnswer } from './folder-answer.ts';
import { connectionLine } from './outgoing-head.ts';
import { httpDate, ownPage, statusOf } from './pages.ts';
import { AnswerPipe } from './shaping/answer-pipe.ts';
import type { AnswerShaper } from './shaping/answer-shape.ts';

export class FolderRelay implements Responder {
  readonly #to: Answering;
  readonly #shaper: AnswerShaper | null;
  #reuse: boolean;
  #pipe: AnswerPipe | null = null;
  #source: FileSource | null = null;
  #closed = false;

  /** `shaper`: what may be done to the answer. */
  constructor(to: Answering, shaper: AnswerShaper | null) {
    this.#to = to;
    this.#shaper = shaper;
    this.#reuse = to.mayReuse();
  }

  /** `inside`: the path within the folder. */
  answer(folder: Extract<Backend, { kind: 'folder' }>, inside: string): void {
    const { head, context } = this.#to;
    const lines = this.#to.ownLines() + connectionLine(head, this.#reuse);
    try {
      const { method, path } = head;
      const fields = this.#shaper?.fields ?? head.fields;
      const variant = this.#shaper?.variant ?? '';
      this.#send(answerFromFolder(folder, { method, path, inside, fields, variant }), lines);
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
    if (this.#source !== null && this.#pipe?.free !== false) this.#goOn(this.#source);
  }

  close(): void {
    this.#closed = true;
    this.#source?.close();
    this.#source = null;
    this.#pipe?.close();
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
        this.#say(304, statusLines('304 Not Modified', this.#to.answerFields(answer.fields) + lines));
        return;
      case 'file':
        this.#sendFile(answer, lines);
        return;
    }
  }

  #sendFile(answer: Extract<FolderAnswer, { kind: 'file' }>, lines: string): void {
    const { status, file, start, end } = answer;
    const { head, context, visitor } = this.#to;
    const described = { status, fields: answer.fields, contentLength: end - start };
    const shape = this.#shaper?.shape(described, context.compressing < context.limits.compressors) ?? null;
    const chunked = shape !== null && head.minor === 1;
    const framed = chunked ? 'Transfer-Encoding: chunked\r\n' : '';
    if (shape !== null && !chunked) this.#reuse = false;
    const connection = shape === null ? lines : this.#to.ownLines() + connectionLine(head, this.#reuse);
    const text = statusLines(
      reasons[status],
      this.#to.answerFields(shape?.fields ?? answer.fields) + framed + connection,
    );
    if (head.method === 'HEAD') {
      this.#say(status, text);
      return;
    }
    const source = new FileSource(file, start, end);
    this.#source = source;
    this.#to.begun(status, this.#reuse);
    if (shape !== null) this.#pipe = new AnswerPipe(this.#to, shape, chunked, () => this.drained());
    this.#follow(source, source.begin(this.#pipe ?? visitor.outbox, text));
  }

  #say(status: number, text: string): void {
    this.#to.begun(status, this.#reuse);
    this.#to.visitor.outbox.sendHead(text, null, 0, 0);
    this.#to.answered();
  }

  #goOn(source: FileSource): void {
    this.#follow(source, source.pump(this.#pipe ?? this.#to.visitor.outbox));
  }

  #follow(source: FileSource, progress: Progress): void {
    switch (progress) {
      case 'done':
        source.close();
        this.#source = null;
        if (this.#pipe === null) this.#to.answered();
        else this.#pipe.end();
        return;
      case 'more':
        this.#to.going(false);
        return;
      case 'short':
        this.#to.broken(500);
        return;
      case 'yield':
        setImmediate(() => {
          if (!this.#closed) this.#goOn(source);
        });
    }
  }
}

const reasons = { 200: '200 OK', 206: '206 Partial Content', 404: '404 Not Found' } as const;

function statusLines(status: string, fields: string): string {
  return `HTTP/1.1 ${status}\r\nDate: ${httpDate()}\r\n${fields}\r\n`;
}
