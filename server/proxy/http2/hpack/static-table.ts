/** Fields that need no words between two sides of HPACK (RFC 7541, appendix A). */

import { Field } from './field.ts';

const text = `:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`;

/** The field at index N is at N - 1. */
export const staticTable: readonly Field[] = text.split('\n').map((line) => {
  const space = line.indexOf(' ');
  return space === -1 ? new Field(line, '') : new Field(line.slice(0, space), line.slice(space + 1));
});

const names = new Map<string, number>();
for (const [at, { name }] of staticTable.entries()) if (!names.has(name)) names.set(name, at + 1);

/** The first index with that name; 0 where it has none. */
export const staticName = (name: string): number => names.get(name) ?? 0;
