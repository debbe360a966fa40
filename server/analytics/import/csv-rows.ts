/** Rows of a CSV text (RFC 4180), each by the names in its head. Pure. */

export type CsvRow = Readonly<Record<string, string>>;

/** Names are made plain: `Page path` is `page_path`. Lines that begin with # before the head are comments (GA4 has them). */
export function* csvRows(text: string): Generator<CsvRow> {
  let head: string[] | null = null;
  for (const cells of csvCells(text.replace(/^\ufeff/, ''))) {
    if (cells.length === 1 && cells[0]?.trim() === '') continue;
    if (head === null) {
      if (cells[0]?.startsWith('#')) continue;
      head = cells.map((cell) =>
        cell
          .trim()
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '_'),
      );
      continue;
    }
    const row: Record<string, string> = {};
    for (const [index, name] of head.entries()) row[name] = cells[index] ?? '';
    yield row;
  }
}

function* csvCells(text: string): Generator<string[]> {
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      let cell = '';
      for (let from = at + 1; ; ) {
        const quote = text.indexOf('"', from);
        if (quote < 0) {
          cell += text.slice(from);
          at = text.length;
          break;
        }
        cell += text.slice(from, quote);
        if (text[quote + 1] !== '"') {
          at = quote + 1;
          break;
        }
        cell += '"';
        from = quote + 2;
      }
      cells.push(cell);
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++;
      cells.push(text.slice(at, end).replace(/\r$/, ''));
      at = end;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n' || at >= text.length) {
      yield cells;
      cells = [];
    } else if (text[at + 1] === '\n' || at + 1 >= text.length) {
      cells.push('');
    }
    at++;
  }
}
