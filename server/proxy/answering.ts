/** An exchange, as whoever answers its request sees it: what was asked, and what becomes of the answer. */

import type { DataPathContext } from './context.ts';
import type { Body } from './http1/body.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { OwnAnswer } from './pages.ts';
import type { ServiceRules } from './rules/service-rules.ts';
import type { Lease } from './service.ts';
import type { Visitor } from './visitor.ts';

export interface Answering {
  readonly context: DataPathContext;
  readonly visitor: Visitor;
  readonly head: RequestHead;
  readonly body: Body;
  /** On who answers; null before there is one, and where no app does. */
  readonly lease: Lease | null;
  /** Prefix the app does not see but its cookies must carry; null where nothing was stripped. */
  readonly strippedPrefix: string | null;
  /** Whether the client's connection could carry another request after an answer that begins now. */
  mayReuse(): boolean;
  /** Whole lines the proxy itself says with every answer of the app, each with its CRLF; mostly empty. */
  ownLines(): string;
  /** The field lines of the app's answer as the environment's rules want them. */
  answerFields(fields: string): string;
  /** Of the environment; null for none. */
  readonly rules: ServiceRules | null;
  /** A whole answer, given the Connection line, in place of any other. `byProxy`: its status is no word of the app. */
  say(status: number, text: (connection: string) => string, byProxy?: boolean): void;
  /** The head of an answer goes out now. `reuse`: the client's connection stays open after it. */
  begun(status: number, reuse: boolean): void;
  /** Bytes were handed over and more are to come. `free`: the client took all of them. */
  going(free: boolean): void;
  /** The whole answer was handed over. */
  answered(): void;
  /** The answer broke off, or none can be begun; counted as `status`. */
  broken(status: number): void;
  /** There is no answer: the proxy gives one of its own, or cuts the connection where one was begun. */
  refused(answer: OwnAnswer): void;
  /** No instance gave an answer. `repeatable`: it may be asked for again. */
  unanswered(repeatable: boolean): void;
}

/** Who answers in an app's place: a folder of files, or an endpoint. */
export interface Responder {
  /** More of the request's body. */
  receive(bytes: Buffer, start: number, end: number): void;
  /** The client took what waited. */
  drained(): void;
  /** Nothing more is wanted: ends what goes on for it. */
  close(): void;
}
