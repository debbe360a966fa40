/** Requests two servers could read differently, or that are no HTTP at all, and the status each must be refused with. */

export interface BadRequest {
  readonly name: string;
  readonly text: string;
  /** `body`: the head is fine, and 400 follows from its body. */
  readonly status: number | 'body';
}

const host = 'Host: app.test\r\n';
const post = `POST / HTTP/1.1\r\n${host}`;
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;

/** A table for tests. */
export const smuggling: readonly BadRequest[] = [
  bad(
    'Content-Length and Transfer-Encoding',
    `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  bad(
    'Transfer-Encoding and Content-Length',
    `${post}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n`,
  ),
  bad('two differing Content-Lengths', `${post}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`),
  bad('two equal Content-Lengths', `${post}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd`),
  bad('a list of Content-Lengths', `${post}Content-Length: 4, 4\r\n\r\nabcd`),
  bad('a negative Content-Length', `${post}Content-Length: -1\r\n\r\n`),
  bad('a signed Content-Length', `${post}Content-Length: +4\r\n\r\nabcd`),
  bad('a hexadecimal Content-Length', `${post}Content-Length: 0x4\r\n\r\nabcd`),
  bad('an empty Content-Length', `${post}Content-Length: \r\n\r\n`),
  bad('a Content-Length beyond counting', `${post}Content-Length: 99999999999999999999\r\n\r\n`),
  bad('a Content-Length with a space inside', `${post}Content-Length: 1 2\r\n\r\n`),
  bad('Transfer-Encoding: identity', `${post}Transfer-Encoding: identity\r\n\r\n`),
  bad('Transfer-Encoding: gzip, chunked', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n`),
  bad('Transfer-Encoding: xchunked', `${post}Transfer-Encoding: xchunked\r\n\r\n`),
  bad(
    'Transfer-Encoding: chunked twice',
    `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  bad('Transfer-Encoding: chunked, chunked', `${post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`),
  bad('Transfer-Encoding with a quoted value', `${post}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`),
  bad('Transfer-Encoding with a vertical tab', `${post}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`),
  bad('an empty Transfer-Encoding', `${post}Transfer-Encoding: \r\n\r\n`),
  bad(
    'Transfer-Encoding in HTTP/1.0',
    `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  bad('a space before the colon', `${post}Content-Length : 4\r\n\r\nabcd`),
  bad('a tab before the colon', `${post}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n`),
  bad('obs-fold', `${post}X: a\r\n b\r\n\r\n`),
  bad('obs-fold with a tab', `${post}Transfer-Encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n`),
  bad('a first line that is folded', `GET / HTTP/1.1\r\n ${host}\r\n`),
  bad('bare CR in a value', `${post}X: a\rTransfer-Encoding: chunked\r\n\r\n`),
  bad('bare CR in a name', `${post}X\rY: a\r\n\r\n`),
  bad('bare LF after a line', `${post}X: a\nTransfer-Encoding: chunked\r\n\r\n`),
  bad('bare LF after the request line', `GET / HTTP/1.1\n${host}\r\n`),
  bad('only bare LFs', 'GET / HTTP/1.1\nHost: app.test\n\n'),
  bad('NUL in a value', `${post}X: a\0b\r\n\r\n`),
  bad('NUL in a name', `${post}X\0: a\r\n\r\n`),
  bad('DEL in a value', `${post}X: a\x7fb\r\n\r\n`),
  bad('a field without a colon', `${post}X\r\n\r\n`),
  bad('a field without a name', `${post}: a\r\n\r\n`),
  bad('a name with a bracket', `${post}X[0]: a\r\n\r\n`),
  bad('a name beyond ASCII', `${post}X\xe9: a\r\n\r\n`),
  bad('no Host', 'GET / HTTP/1.1\r\n\r\n'),
  bad('two Hosts', `GET / HTTP/1.1\r\n${host}${host}\r\n`),
  bad('a Host with a path', 'GET / HTTP/1.1\r\nHost: app.test/x\r\n\r\n'),
  bad('a Host with a user', 'GET / HTTP/1.1\r\nHost: a@app.test\r\n\r\n'),
  bad('a Host with a space', 'GET / HTTP/1.1\r\nHost: app.test x\r\n\r\n'),
  bad('a Host with two ports', 'GET / HTTP/1.1\r\nHost: app.test:1:2\r\n\r\n'),
  bad('an absolute target with a user', `GET http://a@app.test/ HTTP/1.1\r\n${host}\r\n`),
  bad('an absolute target without a host', `GET http:///x HTTP/1.1\r\n${host}\r\n`),
  bad('an absolute target of another scheme', `GET ftp://app.test/ HTTP/1.1\r\n${host}\r\n`),
  bad('a relative target', `GET index.html HTTP/1.1\r\n${host}\r\n`),
  bad('an empty target', `GET  HTTP/1.1\r\n${host}\r\n`),
  bad('a space in the target', `GET /a b HTTP/1.1\r\n${host}\r\n`),
  bad('a tab in the target', `GET /a\tb HTTP/1.1\r\n${host}\r\n`),
  bad('a fragment in the target', `GET /a#b HTTP/1.1\r\n${host}\r\n`),
  bad('an asterisk without OPTIONS', `GET * HTTP/1.1\r\n${host}\r\n`),
  bad('a method with a colon', `GE:T / HTTP/1.1\r\n${host}\r\n`),
  bad('no method', ` / HTTP/1.1\r\n${host}\r\n`),
  bad('no version', `GET /\r\n${host}\r\n`),
  bad('a version in lower case', `GET / http/1.1\r\n${host}\r\n`),
  bad('a version with a leading zero', `GET / HTTP/01.1\r\n${host}\r\n`),
  bad('HTTP/1.2', `GET / HTTP/1.2\r\n${host}\r\n`),
  bad('a space after the version', `GET / HTTP/1.1 \r\n${host}\r\n`),
  bad('two spaces in the request line', `GET /  HTTP/1.1\r\n${host}\r\n`),
  bad('a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'),
  bad('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
  bad('CONNECT', `CONNECT app.test:443 HTTP/1.1\r\n${host}\r\n`, 405),
  bad('an unknown expectation', `${post}Expect: 200-ok\r\nContent-Length: 1\r\n\r\na`, 417),
  bad('a request line beyond its bound', `GET /${'a'.repeat(17_000)} HTTP/1.1\r\n${host}\r\n`, 414),
  bad('a chunk size that is no number', `${chunked}zz\r\nabc\r\n0\r\n\r\n`, 'body'),
  bad('a chunk size with a sign', `${chunked}+5\r\nabcde\r\n0\r\n\r\n`, 'body'),
  bad('a chunk size with 0x', `${chunked}0x5\r\nabcde\r\n0\r\n\r\n`, 'body'),
  bad('a chunk size with a space', `${chunked}5 \r\nabcde\r\n0\r\n\r\n`, 'body'),
  bad('a chunk size beyond counting', `${chunked}fffffffffffffffff\r\nabc`, 'body'),
  bad('an empty chunk size', `${chunked}\r\nabc\r\n0\r\n\r\n`, 'body'),
  bad('a chunk longer than its size', `${chunked}3\r\nabcd\r\n0\r\n\r\n`, 'body'),
  bad('a chunk ended by a bare LF', `${chunked}3\r\nabc\n0\r\n\r\n`, 'body'),
  bad('a chunk size ended by a bare LF', `${chunked}3\nabc\r\n0\r\n\r\n`, 'body'),
  bad('a chunk size ended by a bare CR', `${chunked}3\rxabc\r\n0\r\n\r\n`, 'body'),
  bad('a bare LF in a chunk extension', `${chunked}3;a\nb\r\nabc\r\n0\r\n\r\n`, 'body'),
  bad('a trailer without a colon', `${chunked}0\r\nX\r\n\r\n`, 'body'),
  bad('a folded trailer', `${chunked}0\r\nX: a\r\n b\r\n\r\n`, 'body'),
  bad('endless chunk extensions', `${chunked}3;${'a'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`, 'body'),
];

function bad(name: string, text: string, status: number | 'body' = 400): BadRequest {
  return { name, text, status };
}
