/** What the main side asks the Worker, and who answers. */

import { unreachable } from '../../shared/errors.ts';
import type { Desk } from './desk.ts';
import { changeIssues, type IssueChange } from './read/change-issues.ts';
import { eventDetails, eventHeads, readAttachment } from './read/event-details.ts';
import { issueDetails } from './read/issue-details.ts';
import { type IssueQuery, listIssues } from './read/list-issues.ts';
import { mergeIssues, splitIssue } from './read/merge-issues.ts';
import { type ReleaseErrorsQuery, releaseErrors } from './read/release-errors.ts';
import { listDropped, listMonitors, listReleases, noteRelease, type ReleaseNote } from './read/releases.ts';
import { suspectEvidence } from './read/suspect-evidence.ts';
import { readTrace, slowest } from './read/traces.ts';
import { type BundlePart, takeBundle } from './sourcemaps/take-bundle.ts';
import { takeFolder } from './sourcemaps/take-folder.ts';
import { forgetProject } from './store/forget-project.ts';
import { missedMonitors } from './store/missed-monitors.ts';

export type Question =
  | { name: 'issues'; query: IssueQuery }
  | { name: 'issue'; id: number; now: number }
  | { name: 'change'; ids: readonly number[]; change: IssueChange; now: number }
  | { name: 'merge'; ids: readonly number[]; now: number }
  | { name: 'split'; id: number; hash: string; now: number }
  | { name: 'events'; issue: number; before: number; limit: number }
  | { name: 'event'; id: string }
  | { name: 'attachment'; event: string; id: number }
  | { name: 'trace'; trace: string }
  | { name: 'slow'; project: number; from: number }
  | { name: 'releases'; project: number }
  | { name: 'release-errors'; asked: ReleaseErrorsQuery }
  | { name: 'suspects'; issue: number }
  | { name: 'monitors'; project: number }
  | { name: 'dropped'; project: number }
  | { name: 'note-release'; note: ReleaseNote }
  | { name: 'take-folder'; project: number; release: string; folder: string; now: number }
  | { name: 'take-bundle'; project: number; part: BundlePart; now: number }
  | { name: 'missed'; now: number; afresh: boolean }
  | { name: 'forget-project'; project: number }
  | { name: 'tidy'; now: number }
  | { name: 'flush' };

/** Throws `WindlassError`. */
export function answer(desk: Desk, question: Question): unknown {
  switch (question.name) {
    case 'issues':
      return listIssues(desk, question.query);
    case 'issue':
      return issueDetails(desk, question.id, question.now);
    case 'change':
      return changeIssues(desk, question.ids, question.change, question.now);
    case 'merge':
      return mergeIssues(desk, question.ids, question.now);
    case 'split':
      return splitIssue(desk, question.id, question.hash, question.now);
    case 'events':
      return eventHeads(desk, question.issue, question.before, question.limit);
    case 'event':
      return eventDetails(desk, question.id);
    case 'attachment':
      return readAttachment(desk, question.event, question.id);
    case 'trace':
      return readTrace(desk, question.trace);
    case 'slow':
      return slowest(desk, question.project, question.from);
    case 'releases':
      return listReleases(desk, question.project);
    case 'release-errors':
      return releaseErrors(desk, question.asked);
    case 'suspects':
      return suspectEvidence(desk, question.issue);
    case 'monitors':
      return listMonitors(desk, question.project);
    case 'dropped':
      return listDropped(desk, question.project);
    case 'note-release':
      return noteRelease(desk, question.note);
    case 'take-folder':
      return takeFolder(desk.maps, question);
    case 'take-bundle':
      return takeBundle(desk.maps, question);
    case 'missed':
      return missedMonitors(desk.index, question.now, question.afresh);
    case 'forget-project':
      forgetProject(desk, question.project);
      return null;
    case 'tidy':
      return desk.tidy(question.now);
    case 'flush':
      return null;
    default:
      return unreachable(question);
  }
}
