/** Puts a snippet into a page that streams by: before the end of its head, or before its body where the head is not closed. */

import type { AnswerTransform } from './answer-filter.ts';

/** Elements whose text is no markup: what looks like a tag in them is none (HTML, 13.1.2). */
const rawText = ['script', 'style', 'title', 'textarea', 'noscript', 'template', 'iframe', 'xmp'];
/** Longest piece of markup that must be seen whole to be known for what it is: `</textarea` and a byte. */
const longestMark = 12;
/** Pages without a head in their first bytes are no pages to add to. */
const mostLooked = 1024 * 1024;

type Where =
  | { kind: 'markup' }
  | { kind: 'comment' }
  /** Inside the element of this name. */
  | { kind: 'raw'; name: string };

/** `snippet` in UTF-8; should be ASCII, as the page may have any encoding that extends it. Inserted once, or never. */
export function htmlInjection(snippet: string): AnswerTransform {
  const added = Buffer.from(snippet);
  let where: Where = { kind: 'markup' };
  let held: Buffer = Buffer.alloc(0);
  let looked = 0;
  let over = false;

  /** `last`: nothing follows, so what could have become a longer mark is none. */
  const scan = (bytes: Buffer, last: boolean): Uint8Array => {
    const text = bytes.toString('latin1').toLowerCase() + (last ? ' '.repeat(longestMark) : '');
    let at = 0;
    for (;;) {
      const found = next(text, at, where);
      if (found.kind === 'insert') {
        over = true;
        held = Buffer.alloc(0);
        return Buffer.concat([bytes.subarray(0, found.at), added, bytes.subarray(found.at)]);
      }
      if (found.kind === 'more') {
        looked += found.at;
        over = last || looked > mostLooked;
        held = Buffer.from(over ? '' : bytes.subarray(found.at));
        return over ? bytes : bytes.subarray(0, found.at);
      }
      where = found.where;
      at = found.at;
    }
  };

  return {
    push: (piece) => (over ? piece : scan(Buffer.concat([held, piece]), false)),
    end: () => (over ? held : scan(held, true)),
  };
}

type Found =
  | { kind: 'insert'; at: number }
  /** Everything before `at` is known; what is from there on needs more bytes. */
  | { kind: 'more'; at: number }
  | { kind: 'go-on'; at: number; where: Where };

/** The next thing of `text` (in lower case) that matters, from `at` on. */
function next(text: string, at: number, where: Where): Found {
  switch (where.kind) {
    case 'comment': {
      const end = text.indexOf('-->', at);
      if (end === -1) return { kind: 'more', at: Math.max(at, text.length - 2) };
      return { kind: 'go-on', at: end + 3, where: { kind: 'markup' } };
    }
    case 'raw': {
      const end = text.indexOf(`</${where.name}`, at);
      if (end === -1) return { kind: 'more', at: Math.max(at, text.length - where.name.length - 1) };
      return { kind: 'go-on', at: end + 2, where: { kind: 'markup' } };
    }
    case 'markup': {
      const mark = text.indexOf('<', at);
      if (mark === -1) return { kind: 'more', at: text.length };
      if (text.length - mark < longestMark && !text.startsWith('<!--', mark)) {
        return { kind: 'more', at: mark };
      }
      if (isTag(text, mark, '</head') || isTag(text, mark, '<body')) return { kind: 'insert', at: mark };
      if (text.startsWith('<!--', mark)) return { kind: 'go-on', at: mark + 4, where: { kind: 'comment' } };
      const raw = rawText.find((name) => isTag(text, mark, `<${name}`));
      if (raw !== undefined) {
        return { kind: 'go-on', at: mark + 1 + raw.length, where: { kind: 'raw', name: raw } };
      }
      return { kind: 'go-on', at: mark + 1, where };
    }
  }
}

/** `<header>` is not `<head>`. */
function isTag(text: string, at: number, tag: string): boolean {
  return text.startsWith(tag, at) && /[\s/>]/.test(text[at + tag.length] ?? '');
}
