/** Messages of AWS's event streams as AWS writes them, for tests. */

/** One message; `headers` are all text, as those of Bedrock are. */
export function amazonMessage(headers: Readonly<Record<string, string>>, payload: unknown): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const bytes = Buffer.from(value);
      const lengths = Buffer.alloc(3);
      lengths.writeUInt8(7, 0);
      lengths.writeUInt16BE(bytes.length, 1);
      return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), lengths, bytes]);
    }),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(12 + head.length + body.length + 4, 0);
  prelude.writeUInt32BE(head.length, 4);
  const start = Buffer.concat([prelude, crc(prelude), head, body]);
  return Buffer.concat([start, crc(start)]);
}

export function amazonEvent(name: string, payload: unknown): Buffer {
  return amazonMessage(
    { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
    payload,
  );
}

function crc(bytes: Buffer): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(Bun.hash.crc32(bytes));
  return four;
}
