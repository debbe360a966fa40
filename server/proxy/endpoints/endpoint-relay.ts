/** Answers a request from a feature's endpoint: its body is collected, and the answer sent as fast as the client takes it. */

import type { Endpoint, EndpointAnswer, EndpointSite } from '../../kernel/endpoint.ts';
import type { Answering, Responder } from '../answering.ts';
import { connectionLine } from '../outgoing-head.ts';
import type { AddressedEndpoint } from './addressed-endpoint.ts';
import { BodyCollector } from './body-collector.ts';
import { EndpointAsk, siteOf } from './endpoint-ask.ts';
import { type AnswerFraming, endpointHead } from './endpoint-head.ts';
import { StreamSource } from './stream-source.ts';

export class EndpointRelay implements Responder {
  readonly #to: Answering;
  readonly #endpoint: Endpoint;
  readonly #path: string;
  readonly #site: EndpointSite | null;
  readonly #body: BodyCollector;
  #ask: EndpointAsk | null = null;
  #source: StreamSource | null = null;
  #closed = false;

  constructor(to: Answering, addressed: AddressedEndpoint) {
    this.#to = to;
    this.#endpoint = addressed.endpoint;
    this.#path = addressed.path;
    this.#site = siteOf(addressed.site);
    this.#body = new BodyCollector(to.head, to.context.bodyRoom, addressed.endpoint.maxBody);
  }

  /** `first`: what came of the body with the head. */
  begin(first: Buffer | null): void {
    const { head, body, visitor } = this.#to;
    if (head.contentLength > this.#endpoint.maxBody) {
      this.#to.refused('too-large');
      return;
    }
    if (body.done && first === null) {
      this.#answer();
      return;
    }
    if (head.expectsContinue && first === null) {
      visitor.outbox.sendHead('HTTP/1.1 100 Continue\r\n\r\n', null, 0, 0);
    }
    this.receive(first ?? nothing, 0, first?.length ?? 0);
  }

  receive(bytes: Buffer, start: number, end: number): void {
    if (this.#ask !== null || this.#closed) return;
    const verdict = this.#body.add(bytes, start, end);
    if (verdict !== 'fine') {
      this.#to.refused(verdict === 'too-large' ? 'too-large' : 'busy');
    } else if (this.#to.body.done) {
      this.#answer();
    } else {
      const { visitor, context } = this.#to;
      visitor.deadline = context.now + context.limits.bodyIdleMs;
    }
  }

  drained(): void {
    this.#source?.resume();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#body.drop();
    this.#ask?.abort();
    this.#source?.cancel();
  }

  /** An endpoint bounds its own time: it knows what it waits for. */
  #answer(): void {
    const { head, visitor } = this.#to;
    visitor.deadline = 0;
    this.#ask = new EndpointAsk(head, visitor, this.#path, this.#site, this.#body.whole());
    try {
      const answer = this.#endpoint.answer(this.#ask);
      if (!(answer instanceof Promise)) this.#send(answer);
      else
        answer.then(
          (settled) => this.#trySend(settled),
          (error: unknown) => this.#failed(error),
        );
    } catch (error) {
      this.#failed(error);
    }
  }

  #trySend(answer: EndpointAnswer): void {
    try {
      this.#send(answer);
    } catch (error) {
      this.#failed(error);
    }
  }

  #send(answer: EndpointAnswer): void {
    const { body } = answer;
    if (this.#closed) {
      if (body instanceof ReadableStream) void body.cancel().catch(ignored);
      return;
    }
    const { head } = this.#to;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const framing = framingOf(answer.status, bytes, head.minor);
    const reuse = this.#to.mayReuse() && framing !== 'until-close';
    const text = endpointHead(answer, framing, connectionLine(head, reuse));
    const { outbox } = this.#to.visitor;
    this.#to.begun(answer.status, reuse);
    if (bytes === undefined || framing === 'none' || head.method === 'HEAD') {
      if (bytes instanceof ReadableStream) void bytes.cancel().catch(ignored);
      outbox.sendHead(text, null, 0, 0);
      this.#to.answered();
    } else if (bytes instanceof ReadableStream) {
      outbox.sendHead(text, null, 0, 0);
      this.#source = new StreamSource(this.#to, bytes, framing === 'chunked');
      this.#source.pump();
    } else {
      outbox.sendHead(text, asBuffer(bytes), 0, bytes.length);
      this.#to.answered();
    }
  }

  #failed(error: unknown): void {
    // A client that went away may well make its endpoint fail.
    if (this.#closed) return;
    this.#to.context.errorLog.error('an endpoint failed', { endpoint: this.#endpoint.name, error });
    this.#to.refused('error');
  }
}

const nothing = Buffer.alloc(0);
const ignored = () => undefined;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** No content with 204 and 304 (RFC 9110 section 6.4.1). HTTP/1.0 knows no chunks. */
function framingOf(
  status: number,
  body: Uint8Array | ReadableStream<Uint8Array> | undefined,
  minor: 0 | 1,
): AnswerFraming {
  if (status === 204 || status === 304) return 'none';
  if (body instanceof ReadableStream) return minor === 1 ? 'chunked' : 'until-close';
  return body?.length ?? 0;
}
