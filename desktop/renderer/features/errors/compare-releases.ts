/** Releases beside the one before each. Pure. */

import type { ReleaseHealth } from '../../../../shared/errors/contract.ts';

export interface ComparedRelease extends ReleaseHealth {
  /** Share of sessions that ended without a crash, 0 to 1; null without sessions. */
  crashFree: number | null;
  /** Of `crashFree`, compared with the release before; null where either had too few sessions. */
  change: number | null;
}

/** Fewer sessions say nothing of a share. */
const enoughSessions = 20;

/** The newest first, as they are given. */
export function compareReleases(releases: readonly ReleaseHealth[]): ComparedRelease[] {
  const shares = releases.map(({ sessions, crashed }) => (sessions === 0 ? null : 1 - crashed / sessions));
  return releases.map((release, at) => {
    const crashFree = shares[at] ?? null;
    const former = shares[at + 1] ?? null;
    const enough = release.sessions >= enoughSessions && (releases[at + 1]?.sessions ?? 0) >= enoughSessions;
    const change = enough && crashFree !== null && former !== null ? crashFree - former : null;
    return { ...release, crashFree, change };
  });
}

/** In points of a hundred, with its sign. */
export function changeText(change: number): string {
  const points = change * 100;
  return `${points > 0 ? '+' : points < 0 ? '−' : '±'}${Math.abs(points).toFixed(2)}`;
}
