/** The model in a multipart form (RFC 7578), without taking its files apart. */

/** A field's head and value are short; files may be long. */
const mostValue = 300;

/** Null where there is no such field, or the form has it twice: then two readers could see two models. */
export function modelOfForm(bytes: Buffer, type: string): string | null {
  const boundary = /boundary="?([^";]{1,200})"?/.exec(type)?.[1];
  if (boundary === undefined) return null;
  const found: string[] = [];
  const line = Buffer.from(`--${boundary}`, 'latin1');
  for (let at = bytes.indexOf(line); at >= 0; at = bytes.indexOf(line, at + line.length)) {
    const head = bytes.latin1Slice(
      at + line.length,
      Math.min(bytes.length, at + line.length + mostValue * 2),
    );
    const field =
      /^\r\nContent-Disposition: form-data; name="?model"?\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]{1,300})\r\n/i.exec(
        head,
      );
    if (field?.[1] !== undefined) found.push(field[1]);
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}
