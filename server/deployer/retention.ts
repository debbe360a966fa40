/** Which releases are kept: the newest ones, within a byte budget, and always what serves or may be gone back to. */

/** Kept per environment. */
const releasesKept = 10;
/** Bytes of artefacts per app. */
export const bytesKept = 5 * 1024 ** 3;

export interface Candidate {
  number: number;
  environmentId: number;
  bytes: number;
  artefact: string;
}

/**
 * The releases to prune. `candidates` are all unpruned releases of one app, newest first; `held` are those that serve
 * or are warm. Releases that share an artefact are counted once.
 */
export function toPrune(
  candidates: readonly Candidate[],
  held: ReadonlySet<number>,
  limits = { releases: releasesKept, bytes: bytesKept },
): number[] {
  const counted = new Map<number, number>();
  const artefacts = new Set<string>();
  let bytes = 0;
  const prune: number[] = [];
  for (const { number, environmentId, bytes: size, artefact } of candidates) {
    const kept = counted.get(environmentId) ?? 0;
    const cost = artefacts.has(artefact) ? 0 : size;
    const fits = kept < limits.releases && (kept < 2 || bytes + cost <= limits.bytes);
    if (!fits && !held.has(number)) {
      prune.push(number);
      continue;
    }
    counted.set(environmentId, kept + 1);
    artefacts.add(artefact);
    bytes += cost;
  }
  return prune;
}
