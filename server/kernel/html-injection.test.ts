import { expect, test } from 'bun:test';
import { htmlInjection } from './html-injection.ts';

const snippet = '<script src="/x.js"></script>';

function inject(page: string, sizes: number): string {
  const transform = htmlInjection(snippet);
  const bytes = Buffer.from(page);
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += sizes) out.push(transform.push(bytes.subarray(at, at + sizes)));
  out.push(transform.end());
  return Buffer.concat(out).toString();
}

const mark = '⌖';
/** `⌖` marks where the snippet belongs; a page without it stays as it is. */
const pages: Record<string, string> = {
  before_the_end_of_the_head: `<!doctype html><html><head><title>a</title>${mark}</head><body>é</body></html>`,
  before_a_body_without_a_closed_head: `<html><head><meta charset=utf-8>${mark}<BODY class="x">hi`,
  in_any_case_and_with_spaces: `<HTML><HEAD>${mark}</HEAD ><body>`,
  not_in_a_comment: `<head><!-- </head> <body> -->${mark}</head><body>`,
  not_in_a_script: `<head><script>var a = "</head><body>";</script>${mark}</head>`,
  not_in_a_title_or_style: `<head><title></head></title><style>/* <body> */</style>${mark}</head>`,
  not_before_a_header_element: `<div><header></header></div>${mark}<body>`,
  once_only: `<head>${mark}</head><body></body><head></head><body>`,
  not_into_a_fragment: '<p>no head, no body, only <b>text</b>',
  not_into_an_unfinished_comment: '<head><!-- </head><body>',
  not_after_an_unfinished_tag: 'text <bod',
};

for (const [name, page] of Object.entries(pages)) {
  test(`the_snippet_goes_${name}_however_the_page_is_cut`, () => {
    const plain = page.replace(mark, '');
    for (let size = 1; size <= Buffer.byteLength(plain); size++)
      expect(inject(plain, size)).toBe(page.replace(mark, snippet));
  });
}

test('little_of_a_page_is_held_back_and_a_page_that_never_has_a_head_is_let_go', () => {
  const transform = htmlInjection(snippet);
  let held = 0;
  for (let count = 0; count < 40; count++) {
    const piece = Buffer.from(`<p>${'x'.repeat(50_000)}</p>`);
    held += piece.length - transform.push(piece).length;
    expect(held).toBeLessThan(16);
  }
  expect(Buffer.from(transform.push(Buffer.from('<body>late</body>'))).toString()).not.toContain('script');
});
