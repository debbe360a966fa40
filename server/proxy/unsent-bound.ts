/**
 * Bounds what the kernel takes of an answer that its client is not ready for. Without it one connection whose client does
 * not read holds 4 MB of kernel memory (tcp_wmem), and a few hundred of them all that Linux gives to TCP.
 */

import { dlopen, ptr } from 'bun:ffi';

/** `linux/tcp.h`. */
const protocolTcp = 6;
const tcpNotSentLowat = 25;
/** Enough to keep a fast line busy between two looks of ours. */
const mostUnsent = 262_144;

const names = ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`];

/** For a listening socket; those it accepts have the bound from it. False where the system offers no such thing. */
export function boundUnsent(descriptor: number): boolean {
  if (process.platform !== 'linux' || !(descriptor >= 0)) return false;
  for (const name of names) {
    try {
      const library = dlopen(name, {
        setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' },
      });
      const value = new Int32Array([mostUnsent]);
      const { setsockopt } = library.symbols;
      const answer = setsockopt(descriptor, protocolTcp, tcpNotSentLowat, ptr(value), value.byteLength);
      library.close();
      return answer === 0;
    } catch {
      // The other C library, then.
    }
  }
  return false;
}
