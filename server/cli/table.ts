/** Tables that fit the terminal: columns as wide as their cells, the widest flexible ones cut with an ellipsis. */

export interface Column {
  title: string;
  /** Numbers read best at the right. */
  right?: boolean;
  /** May be cut where the terminal is too narrow. */
  flexible?: boolean;
}

export interface PaintedCell {
  text: string;
  paint(text: string): string;
}
export type Cell = string | PaintedCell;

const gap = '  ';
const narrowest = 8;

/** Lines of the table, titles first; `width` in cells, Infinity for a pipe. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paintTitle: (text: string) => string = (text) => text,
): string[] {
  const widths = fit(columns, rows, width);
  const line = (cells: readonly Cell[]) =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const text = cut(typeof cell === 'string' ? cell : cell.text, widths[index] ?? 0);
        const painted = typeof cell === 'string' ? text : cell.paint(text);
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - Bun.stringWidth(text)));
        return column.right ? padding + painted : painted + padding;
      })
      .join(gap)
      .trimEnd();
  const titles = columns.map((column) => ({ text: column.title.toUpperCase(), paint: paintTitle }));
  return [line(titles), ...rows.map(line)];
}

/** At most `width` cells of `text`, the last one an ellipsis where something was cut. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const letter of text) {
    const cells = Bun.stringWidth(letter);
    if (used + cells > width - 1) break;
    kept += letter;
    used += cells;
  }
  return `${kept}…`;
}

function fit(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): number[] {
  const widths = columns.map((column, index) =>
    Math.max(
      column.title.length,
      ...rows.map((row) => {
        const cell = row[index] ?? '';
        return Bun.stringWidth(typeof cell === 'string' ? cell : cell.text);
      }),
    ),
  );
  const total = () => widths.reduce((sum, each) => sum + each, 0) + gap.length * (columns.length - 1);
  while (total() > width) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      if (!column.flexible || (widths[index] ?? 0) <= narrowest) continue;
      if (widest === -1 || (widths[index] ?? 0) > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
