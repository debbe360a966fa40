/** The first free port from a wished one on. */

/** 0, any free one, where the next twenty are all taken. */
export function freePort(wished: number): number {
  for (let port = wished; port < wished + 20; port++) {
    try {
      Bun.listen({ hostname: '0.0.0.0', port, socket: { data: () => undefined } }).stop(true);
      return port;
    } catch {
      // Taken by somebody else: the next one, then.
    }
  }
  return 0;
}
