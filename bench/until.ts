/** Waiting for something to become true, with a deadline that names it. */

/** Asks again every `everyMs` until `look` gives something other than null; throws after `withinMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  { withinMs = 10_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (performance.now() > deadline) throw new Error(`gave up waiting ${withinMs} ms until ${what}`);
    await Bun.sleep(everyMs);
  }
}
