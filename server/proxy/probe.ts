/** Whether a release would answer: one request at an instance, or one look into a folder. */

import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Backend, Target } from '../../shared/proxy/backend.ts';
import type { ProbeResult } from '../../shared/proxy/evidence.ts';
import { ask } from './ask.ts';

/** One GET at the target; a redirect is an answer. `timeoutMs` covers connecting and the wait for the headers. */
export async function probeTarget(
  target: Target,
  host: string,
  path: string,
  timeoutMs: number,
): Promise<ProbeResult> {
  const answer = await ask({ address: target.host, port: target.port, host, path, timeoutMs });
  return answer.kind === 'answered' ? { kind: 'answered', status: answer.status, ms: answer.ms } : answer;
}

/** 200 where the path names a file of the folder (or any page of a single-page app), else 404. */
export async function probeFolder(
  backend: Extract<Backend, { kind: 'folder' }>,
  path: string,
): Promise<ProbeResult> {
  const startedAt = performance.now();
  const answered = (status: number): ProbeResult => ({
    kind: 'answered',
    status,
    ms: performance.now() - startedAt,
  });
  const wanted = fileOf(backend.root, path);
  const candidates = wanted === null ? [] : [wanted, join(wanted, 'index.html'), `${wanted}.html`];
  if (backend.rules.spa) candidates.push(join(backend.root, 'index.html'));
  for (const candidate of candidates) {
    if (await isFile(candidate)) return answered(200);
  }
  return answered(404);
}

/** The file a path names within `root`; null for one that leads out of it. */
function fileOf(root: string, path: string): string | null {
  try {
    const file = join(root, decodeURIComponent(path.split(/[?#]/, 1)[0] ?? ''));
    const within = relative(root, file);
    return within.startsWith('..') || isAbsolute(within) ? null : file;
  } catch {
    return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
