/** What is to be done to the content of an answer: decided from its head, before any of its body is sent. */

import type { AnswerAbout, AnswerFilter, AnswerTransform } from '../../kernel/answer-filter.ts';
import { fieldValue, without } from '../http1/field.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Lease, Match } from '../service.ts';
import type { Visitor } from '../visitor.ts';
import { type Coding, takesCoding } from './accept-encoding.ts';

/** The content of one answer is changed by these, in order, and then compressed. */
export interface Shape {
  readonly transforms: readonly AnswerTransform[];
  readonly coding: Coding | null;
  /** The field lines to send in place of the app's. */
  readonly fields: string;
}

/** What the head of an answer says that a shape depends on. */
export interface ShapedHead {
  readonly status: number;
  readonly fields: string;
  /** -1 where it is not known. */
  readonly contentLength: number;
}

const asksForWhole: ReadonlySet<string> = new Set(['accept-encoding', 'range', 'if-range']);
const ofLength: ReadonlySet<string> = new Set([
  'content-length',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'accept-ranges',
]);
/** Smaller answers grow by compression, or nearly. */
const leastCompressed = 1024;
/** On the fly: fast first. */
const preferred: readonly Coding[] = ['zstd', 'br', 'gzip'];

/** The wishes of one request: which filters may change its answer, and whether it may be compressed. */
export class AnswerShaper {
  readonly #service: string;
  readonly #release: number;
  readonly #head: RequestHead;
  readonly #filters: readonly AnswerFilter[];
  readonly #accepted: string;
  /** The request's field lines as they are to be passed on. */
  readonly fields: string;
  readonly #compress: boolean;
  readonly #client: () => string;

  /** `compress` where the service asks for it. With filters the app's own compression is kept off, and ours steps in. */
  constructor(
    service: string,
    release: number,
    head: RequestHead,
    filters: readonly AnswerFilter[],
    compress: boolean,
    client: () => string,
  ) {
    this.#service = service;
    this.#release = release;
    this.#head = head;
    this.#filters = filters;
    this.#accepted = fieldValue(head.fields, 'accept-encoding');
    this.#client = client;
    this.#compress = compress || filters.length > 0;
    this.fields =
      filters.length === 0
        ? head.fields
        : `${without(head.fields, asksForWhole)}Accept-Encoding: identity\r\n`;
  }

  /** Names what may be changed of a page, beyond its compression. */
  get variant(): string {
    return this.#filters.map(({ name }) => name).join(' ');
  }

  /** Null where the answer stays as it is. `mayCompress` is false while too many are compressed at once. */
  shape(answer: ShapedHead, mayCompress: boolean): Shape | null {
    const { status, fields } = answer;
    if (status < 200 || status === 204 || status === 206 || status === 304) return null;
    const coded = fieldValue(fields, 'content-encoding').toLowerCase();
    if (coded !== '' && coded !== 'identity') return null;
    if (/(?:^|[\s,])no-transform(?:[\s,]|$)/i.test(fieldValue(fields, 'cache-control'))) return null;
    const contentType = fieldValue(fields, 'content-type').toLowerCase();
    const transforms = this.#transforms(status, contentType, fields);
    const compressible =
      this.#compress &&
      isCompressible(contentType) &&
      !(answer.contentLength >= 0 && answer.contentLength < leastCompressed);
    if (transforms.length === 0 && !compressible) return null;
    const coding = compressible && mayCompress ? this.#coding() : null;
    if (transforms.length === 0 && coding === null) return null;
    return { transforms, coding, fields: shapedFields(fields, coding, compressible) };
  }

  #transforms(status: number, contentType: string, fields: string): AnswerTransform[] {
    if (this.#filters.length === 0) return [];
    const { method, path, host, fields: asked } = this.#head;
    const about: AnswerAbout = {
      service: this.#service,
      release: this.#release,
      method,
      path,
      host,
      status,
      contentType,
      field: (name) => fieldValue(fields, name),
      asked: (name) => fieldValue(asked, name),
      client: this.#client(),
    };
    return this.#filters.map((filter) => filter.begin(about)).filter((transform) => transform !== null);
  }

  #coding(): Coding | null {
    return preferred.find((coding) => takesCoding(this.#accepted, coding)) ?? null;
  }
}

/** Null where nothing may happen to the answer. `filters` are those of all features. */
export function shaperFor(
  filters: readonly AnswerFilter[],
  match: Match | null,
  lease: Lease,
  head: RequestHead,
  visitor: Pick<Visitor, 'forwarded'>,
): AnswerShaper | null {
  const compress = match?.service.rules?.compress === true;
  const covering = filters.length === 0 ? filters : filtersOf(filters, lease.service, head);
  if (covering.length === 0 && !compress) return null;
  const client = () => visitor.forwarded.visitor(head);
  return new AnswerShaper(lease.service, lease.backend.release, head, covering, compress, client);
}

function filtersOf(
  filters: readonly AnswerFilter[],
  service: string,
  head: RequestHead,
): readonly AnswerFilter[] {
  const { method, accept } = head;
  if ((method !== 'GET' && method !== 'HEAD') || !accept.includes('text/html')) return [];
  return filters.filter((filter) => filter.covers(service));
}

/** Text and its kin. Never events, which must leave as they come. */
export function isCompressible(contentType: string): boolean {
  if (contentType.startsWith('text/')) return !contentType.startsWith('text/event-stream');
  return /^(?:application\/(?:[\w.-]+\+)?(?:json|xml|javascript|wasm|manifest)\b|image\/svg\+xml|font\/(?:ttf|otf)|application\/x-javascript)/.test(
    contentType,
  );
}

/** The changed content is another representation: its length, digests and strong tag are gone (RFC 9110 section 8.8.1). */
function shapedFields(fields: string, coding: Coding | null, varies: boolean): string {
  let lines = without(fields, ofLength).replace(/^(etag:[ \t]*)"/im, '$1W/"');
  if (coding !== null)
    lines = `${without(lines, new Set(['content-encoding']))}Content-Encoding: ${coding}\r\n`;
  const vary = fieldValue(fields, 'vary').toLowerCase();
  return varies && vary !== '*' && !vary.includes('accept-encoding')
    ? `${lines}Vary: Accept-Encoding\r\n`
    : lines;
}
