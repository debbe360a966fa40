/** A deployment's progress as steps with durations: what both displays draw. Pure. */

import type { DeploymentEvent } from '../../shared/deployer/contract.ts';
import type { Phase } from '../../shared/deployer/model.ts';
import { durationText } from './amounts.ts';
import { printable, type Style } from './style.ts';
import { cut } from './table.ts';

export interface Step {
  name: string;
  /** Ms since the epoch, by this machine's clock. */
  startedAt: number;
  endedAt: number | null;
  state: 'running' | 'done' | 'failed';
  note: string;
}

export interface Progress {
  readonly steps: readonly Step[];
  /** The newest line of a build or an instance. */
  readonly line: string;
}

export type ProgressEvent =
  | { kind: 'sending'; bytes: number }
  | { kind: 'sent'; note: string }
  | { kind: 'server'; event: DeploymentEvent };

export const noProgress: Progress = { steps: [], line: '' };

/** `at` is this machine's time; the server's clock may differ, so only spans between its times are used elsewhere. */
export function advance(progress: Progress, event: ProgressEvent, note: string, at: number): Progress {
  switch (event.kind) {
    case 'sending':
      return progress.steps.length === 0
        ? { ...progress, steps: [{ name: 'sending', startedAt: at, endedAt: null, state: 'running', note }] }
        : { ...progress, steps: progress.steps.map((step) => ({ ...step, note })) };
    case 'sent':
      return { ...progress, steps: endLast(progress.steps, 'done', at, event.note) };
    case 'server':
      if (event.event.kind === 'line') return { ...progress, line: printable(event.event.line.text) };
      return enter(progress, event.event.phase, event.event.note ?? '', at);
  }
}

/** Lines for a terminal of `width` cells: a tick, a cross or the spinner's frame, then name, time and note. */
export function progressLines(
  progress: Progress,
  now: number,
  frame: string,
  style: Style,
  width: number,
): string[] {
  const lines = progress.steps.map((step) => {
    const mark = { running: style.cyan(frame), done: style.green('✔'), failed: style.red('✘') }[step.state];
    const took = durationText((step.endedAt ?? now) - step.startedAt).padStart(9);
    const note = step.note === '' ? '' : `  ${style.dim(cut(step.note, Math.max(8, width - 28)))}`;
    return `  ${mark} ${step.name.padEnd(10)} ${took}${note}`;
  });
  const running = progress.steps.at(-1)?.state === 'running';
  if (running && progress.line !== '') lines.push(`    ${style.dim(cut(progress.line, width - 5))}`);
  return lines;
}

function enter(progress: Progress, phase: Phase, note: string, at: number): Progress {
  switch (phase) {
    case 'queued':
    case 'fetching':
    case 'building':
    case 'starting':
    case 'checking':
    case 'switching':
    case 'watching': {
      const last = progress.steps.at(-1);
      if (last?.name === phase && last.state === 'running') {
        return { ...progress, steps: [...progress.steps.slice(0, -1), { ...last, note }] };
      }
      const step: Step = { name: phase, startedAt: at, endedAt: null, state: 'running', note };
      return { line: '', steps: [...endLast(progress.steps, 'done', at), step] };
    }
    case 'live':
      return { line: '', steps: endLast(progress.steps, 'done', at, note) };
    case 'failed':
    case 'cancelled':
    case 'superseded':
    case 'rolled-back':
      return { line: '', steps: endLast(progress.steps, 'failed', at, note) };
  }
}

function endLast(steps: readonly Step[], state: 'done' | 'failed', at: number, note = ''): Step[] {
  return steps.map((step, index) =>
    index === steps.length - 1 && step.state === 'running'
      ? { ...step, state, endedAt: at, note: note === '' ? step.note : note }
      : step,
  );
}
