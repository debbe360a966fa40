/** A field of a request as HPACK gives it, with what it is to a request: found once, however often its table is asked for it. */

export type Role =
  | 'method'
  | 'path'
  | 'scheme'
  | 'authority'
  | 'host'
  | 'te'
  | 'cookie'
  | 'content-length'
  /** A line of its own, passed on as it is. */
  | 'plain'
  /** No request may have it. */
  | 'forbidden';

export interface FieldSink {
  add(field: Field): void;
}

/** Belong to one connection and must not come by HTTP/2 (RFC 9113, 8.2.2). */
export const ofConnections: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

const roles: ReadonlyMap<string, Role> = new Map<string, Role>([
  [':method', 'method'],
  [':path', 'path'],
  [':scheme', 'scheme'],
  [':authority', 'authority'],
  ['host', 'host'],
  ['te', 'te'],
  ['cookie', 'cookie'],
  ['content-length', 'content-length'],
  ...[...ofConnections].map((name) => [name, 'forbidden'] as const),
]);

const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** Characters that could end a line, and spaces around (RFC 9113, 8.2.1). */
const badValue = /[\0\r\n]|^[ \t]|[ \t]$|[^\x00-\xff]/;

export class Field {
  readonly role: Role;
  /** As HTTP/1.1 writes it; empty but where it is `plain`. */
  readonly line: string;

  constructor(
    readonly name: string,
    readonly value: string,
  ) {
    this.role = badValue.test(value) ? 'forbidden' : (roles.get(name) ?? otherRole(name));
    this.line = this.role === 'plain' ? `${name}: ${value}\r\n` : '';
  }

  /** What it takes of a table (RFC 7541, 4.1). */
  get size(): number {
    return this.name.length + this.value.length + 32;
  }
}

function otherRole(name: string): Role {
  return token.test(name) ? 'plain' : 'forbidden';
}
