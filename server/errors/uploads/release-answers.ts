/** Releases as `sentry-cli releases` makes, finishes, lists and annotates them. */

import type { EndpointAnswer, EndpointRequest } from '../../kernel/endpoint.ts';
import { listOf, objectOf, textOf } from '../event/text.ts';
import type { ProjectRow } from '../project-store.ts';
import type { ReleaseHealth } from '../read/releases.ts';
import { json, refused } from '../wire/answer.ts';
import type { WorkerLine } from '../worker-line.ts';
import { jsonOf } from './json-of.ts';
import { readCommits } from './read-commits.ts';

interface Parts {
  project: ProjectRow;
  line: Pick<WorkerLine, 'ask'>;
  now(): number;
}

/** Everything else is answered empty where a list is asked for, and with 404. */
export async function answerReleases(
  { project, line, now }: Parts,
  request: EndpointRequest,
  segments: readonly string[],
): Promise<EndpointAnswer> {
  const at = segments.indexOf('releases');
  const organisation = { id: '1', slug: 'windlass', name: 'Windlass' };
  const own = {
    id: String(project.id),
    slug: project.app,
    name: project.app,
    platform: null,
    organization: organisation,
  };
  if (at === -1) {
    const last = segments.at(-1);
    if (segments[0] === 'organizations' && segments.length === 1) return json(200, [organisation]);
    if (segments[0] === 'organizations' && segments.length === 2) return json(200, organisation);
    if (segments[0] === 'projects' && segments.length === 3) return json(200, own);
    if (last === 'projects') return json(200, [own]);
    return last === 'repos' ? json(200, []) : refused(404, 'this part of the API is not answered here');
  }
  const [version, what] = segments.slice(at + 1);
  const body = objectOf(jsonOf(request));
  const note = (name: string) =>
    line.ask({
      name: 'note-release',
      note: {
        project: project.id,
        version: name,
        at: now(),
        refs: refsOf(body),
        commits: readCommits(body.commits),
      },
    });
  const show = (name: string, found?: ReleaseHealth) => ({
    version: name,
    shortVersion: name,
    dateCreated: new Date(found?.firstAt ?? now()).toISOString(),
    dateReleased: new Date(found?.firstAt ?? now()).toISOString(),
    lastEvent: null,
    newGroups: found?.newIssues ?? 0,
    url: null,
    projects: [own],
  });
  if (what === 'deploys') {
    return request.method === 'POST'
      ? json(201, {
          id: '1',
          environment: textOf(body.environment, 64) || 'production',
          name: null,
          dateFinished: new Date(now()).toISOString(),
        })
      : json(200, []);
  }
  if (what === 'files') return json(200, []);
  if (what === 'commits' || what === 'previous-with-commits') return json(200, what === 'commits' ? [] : {});
  if (request.method === 'GET' || request.method === 'HEAD') {
    const { releases } = await line.ask<{ releases: ReleaseHealth[] }>({
      name: 'releases',
      project: project.id,
    });
    if (version === undefined)
      return json(
        200,
        releases.map((each) => show(each.version, each)),
      );
    const found = releases.find((each) => each.version === version);
    return found === undefined ? refused(404, 'there is no such release') : json(200, show(version, found));
  }
  if (request.method === 'DELETE') return { status: 204 };
  const name = version ?? textOf(body.version, 200);
  if (name === '') return refused(400, 'a release has a version');
  await note(name);
  return json(version === undefined ? 201 : 200, show(name));
}

/** The commit it was made of: the last one, or where a repository stands. */
function refsOf(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const [ref, commit] = [listOf(body.refs, 1)[0], listOf(body.commits, 1)[0]].map(objectOf);
  const found = textOf(body.ref, 100) || textOf(ref?.commit, 100) || textOf(commit?.id, 100);
  return found === '' ? {} : { commit: found };
}
