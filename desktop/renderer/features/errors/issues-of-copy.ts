/** Answers from the copy on this computer, as the server would give them. Pure. */

import type { CopiedIssue } from '../../../../shared/desktop/errors-copy-contract.ts';
import type { Issue } from '../../../../shared/errors/contract.ts';

export interface AskedOfIssues {
  state?: string;
  environment?: string;
  search?: string;
  sort?: 'last' | 'first' | 'events' | 'users';
}

/** Searched are titles, values and places: words of single events are on the server alone. */
export function listCopied(
  issues: readonly CopiedIssue[],
  { state = 'unresolved', environment, search = '', sort = 'last' }: AskedOfIssues,
): { issues: Issue[]; total: number } {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ details }: CopiedIssue) => {
    const text = `${details.title} ${details.value} ${details.culprit}`.toLowerCase();
    return (
      (state === 'all' || details.state.kind === state) &&
      (environment === undefined || details.releases.some((each) => each.environment === environment)) &&
      words.every((word) => text.includes(word))
    );
  };
  const found = issues.filter(fits).map(({ details }) => details);
  const by = { last: 'lastAt', first: 'firstAt', events: 'events', users: 'users' } as const;
  found.sort((one, other) => other[by[sort]] - one[by[sort]]);
  return { issues: found, total: found.length };
}
