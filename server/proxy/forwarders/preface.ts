/** What a forwarder says of a client before its bytes, on a connection that it hands over: one line. */

export interface Preface {
  /** Of the connection, unique over all forwarders of a server. */
  readonly id: number;
  /** Process id of the forwarder. */
  readonly from: number;
  readonly scheme: 'http' | 'https';
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
}

/** Longest line read. */
export const maxPreface = 512;

export function prefaceLine(preface: Preface): string {
  const { id, from, scheme, remoteAddress, remotePort, localAddress } = preface;
  return `${id} ${from} ${scheme} ${remotePort} ${remoteAddress} ${localAddress}\n`;
}

/** Null where it is none. */
export function parsePreface(line: string): Preface | null {
  const found = /^(\d+) (\d+) (https?) (\d+) (\S+) (\S+)$/.exec(line);
  const [, id, from, scheme, port, remoteAddress, localAddress] = found ?? [];
  if (remoteAddress === undefined || localAddress === undefined) return null;
  return {
    id: Number(id),
    from: Number(from),
    scheme: scheme === 'https' ? 'https' : 'http',
    remotePort: Number(port),
    remoteAddress,
    localAddress,
  };
}
