/** Reads BuildKit's progress, which comes as protobuf messages (moby.buildkit.v1.StatusResponse). */

export interface BuildkitTrace {
  /** Steps that began and lines that were written with this message. `encoded` is base64. */
  read(encoded: string): string[];
}

/** A field of a protobuf message: number and either bytes or a varint. */
type Field = { number: number; bytes: Uint8Array } | { number: number; value: number };

/**
 * Source: https://github.com/moby/buildkit/blob/master/api/services/control/control.proto
 * StatusResponse {1: Vertex[], 3: VertexLog[]}, Vertex {1: digest, 3: name, 4: cached, 5: started}, VertexLog {4: msg}.
 */
export function createBuildkitTrace(): BuildkitTrace {
  const told = new Set<string>();
  const decoder = new TextDecoder();
  let rest = '';
  return {
    read(encoded) {
      const lines: string[] = [];
      for (const field of fields(Buffer.from(encoded, 'base64'))) {
        if (!('bytes' in field)) continue;
        if (field.number === 1) lines.push(...stepLine(field.bytes, told));
        if (field.number === 3) {
          const parts = (rest + decoder.decode(bytesOf(field.bytes, 4), { stream: true })).split('\n');
          rest = parts.pop() ?? '';
          lines.push(...parts);
        }
      }
      return lines;
    },
  };
}

/** Each step once, when it begins or is taken from the cache; what the engine does for itself is left out. */
function stepLine(vertex: Uint8Array, told: Set<string>): string[] {
  const digest = textOf(vertex, 1);
  const name = textOf(vertex, 3);
  const all = fields(vertex);
  const cached = all.some((field) => field.number === 4 && 'value' in field && field.value === 1);
  const started = all.some(({ number }) => number === 5);
  if ((!cached && !started) || told.has(digest) || name.startsWith('[internal]')) return [];
  told.add(digest);
  return [cached ? `${name} (from the cache)` : name];
}

function bytesOf(message: Uint8Array, number: number): Uint8Array {
  const found = fields(message).find((field) => field.number === number && 'bytes' in field);
  return found !== undefined && 'bytes' in found ? found.bytes : new Uint8Array();
}

const textOf = (message: Uint8Array, number: number): string =>
  new TextDecoder().decode(bytesOf(message, number));

/** Fields in order; a message that ends in the middle of one gives those before it. */
function fields(message: Uint8Array): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        found.push({ number, value: varint() });
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        found.push({ number, bytes: message.subarray(at, at + length) });
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return found;
    }
  }
  return found;
}
