/** Whether a release would answer: one request at an instance, or one look into a folder. */

import type { Backend, Target } from '../../shared/proxy/backend.ts';
import type { ProbeResult } from '../../shared/proxy/evidence.ts';
import { ask } from './ask.ts';
import { answerFromFolder, type FolderAnswer } from './folder-answer.ts';

/** One GET at the target; a redirect is an answer. `timeoutMs` covers connecting and the wait for the headers. */
export async function probeTarget(
  target: Pick<Target, 'host' | 'port'>,
  host: string,
  path: string,
  timeoutMs: number,
): Promise<ProbeResult> {
  const answer = await ask({ address: target.host, port: target.port, host, path, timeoutMs });
  return answer.kind === 'answered' ? { kind: 'answered', status: answer.status, ms: answer.ms } : answer;
}

/** What the proxy would answer from the folder: a redirect counts like an instance's, a page of its own is its 404. */
export function probeFolder(backend: Extract<Backend, { kind: 'folder' }>, path: string): ProbeResult {
  const startedAt = performance.now();
  try {
    const status = statusOf(
      answerFromFolder(backend, { method: 'GET', path, inside: path, fields: '', variant: '' }),
    );
    return { kind: 'answered', status, ms: performance.now() - startedAt };
  } catch {
    return { kind: 'broken', message: 'the folder cannot be read' };
  }
}

function statusOf(answer: FolderAnswer): number {
  switch (answer.kind) {
    case 'file':
      return answer.status;
    case 'redirect':
      return 302;
    case 'not-found':
      return 404;
    case 'unchanged':
    case 'no-such-part':
    case 'method':
      throw new Error(`a plain GET was answered with ${answer.kind}`);
  }
}
