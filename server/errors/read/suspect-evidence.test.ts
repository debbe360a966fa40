import { expect, test } from 'bun:test';
import { deskRig, thrown } from '../desk-rig.ts';
import { answer } from '../questions.ts';
import type { EventDetails } from './event-details.ts';
import type { SuspectEvidence } from './suspect-evidence.ts';

test('suspects_of_an_issue_that_came_back_are_of_the_release_it_came_back_with', () => {
  using rig = deskRig();
  const commit = (id: string) => ({ id, author: 'Ann', at: 1, subject: id, files: ['src/pay.js'] });
  for (const [version, ids] of [
    ['shop@1', ['a']],
    ['shop@2', ['b', 'a']],
    ['shop@3', ['c', 'b', 'a']],
  ] as const) {
    rig.now += 1000;
    const note = { project: 1, version, at: rig.now, refs: {}, commits: ids.map(commit) };
    answer(rig.desk, { name: 'note-release', note });
  }
  const suspects = (issue: number) => {
    const { release, again, commits } = answer(rig.desk, { name: 'suspects', issue }) as SuspectEvidence;
    return { release, again, commits: commits.map(({ id }) => id) };
  };
  const seenIn = (release: string) => {
    rig.now += 60_000;
    return rig.event({ ...thrown('TypeError', 'a', 'pay'), release, timestamp: rig.now / 1000 });
  };
  const { head } = answer(rig.desk, { name: 'event', id: seenIn('shop@1') }) as EventDetails;
  const id = head.issue;
  expect(suspects(id)).toEqual({ release: 'shop@1', again: false, commits: ['a'] });
  answer(rig.desk, { name: 'change', ids: [id], change: { kind: 'resolve', when: 'now' }, now: rig.now });
  seenIn('shop@2');
  // What comes later with another release is the same return.
  seenIn('shop@3');
  expect(suspects(id)).toEqual({ release: 'shop@2', again: true, commits: ['b'] });
});
