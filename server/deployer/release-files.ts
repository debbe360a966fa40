/** Everything on the disk that a release is made of. */

import type { ReleaseRow } from './release-store.ts';

/** Digests in the artefact store: its own files or image, and the images of the services beside it. */
export function filesOf({ artefact, launch }: Pick<ReleaseRow, 'artefact' | 'launch'>): string[] {
  const companions = launch.kind === 'container' ? (launch.composition?.companions ?? []) : [];
  return [...new Set([artefact, ...companions.map(({ image }) => image)])];
}
