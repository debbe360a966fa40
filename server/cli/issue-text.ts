/** An issue and an event as lines for a terminal. What visitors sent is cleaned of control characters by `printable`. */

import type { IssueDetails } from '../../shared/errors/contract.ts';
import { agoText, countText } from './amounts.ts';
import { printable } from './style.ts';

const mostFrames = 12;

export function issueLines(issue: IssueDetails, now: number): string[] {
  const { state } = issue;
  const again =
    issue.suspectsOf?.again === true ? ` in ${issue.suspectsOf.release}, with which it came back` : '';
  const lines = [
    `${issue.id}  ${issue.title}${issue.value === '' ? '' : `: ${issue.value}`}`,
    `in ${issue.culprit || 'an unknown place'} of ${issue.app}`,
    `${state.kind}${issue.assignee === null ? '' : `, ${issue.assignee}'s`}; ${countText(issue.events, 'event')} of ${countText(issue.users, 'user')}`,
    `first ${agoText(issue.firstAt, now)}${inRelease(issue.firstRelease)}, last ${agoText(issue.lastAt, now)}${inRelease(issue.lastRelease)}`,
    ...(issue.commit === null ? [] : [`brought by the release of commit ${issue.commit}`]),
    ...(issue.suspects ?? []).map(
      ({ id, author, subject, file }) =>
        `suspect commit ${id.slice(0, 10)} of ${author}${again}, which touched ${file}: ${subject}`,
    ),
    ...issue.tags.map(
      ({ key, values }) =>
        `  ${key}: ${values.map(({ value, events }) => `${value} (${events})`).join(', ')}`,
    ),
    ...issue.notes.map(({ at, what }) => `  ${agoText(at, now)}: ${what}`),
    ...issue.feedback.map(({ name, message }) => `  ${name || 'somebody'} wrote: ${message}`),
  ];
  return lines.map((line) => printable(line, false));
}

function inRelease(release: string | null): string {
  return release === null ? '' : ` in ${release}`;
}

interface Frame {
  filename?: string;
  function?: string;
  lineno?: number;
  colno?: number;
  context_line?: string;
  in_app?: boolean;
}

/** Innermost call first, as most languages print it. */
export function eventLines(payload: string): string[] {
  const event = JSON.parse(payload);
  const list: unknown = event.exception?.values ?? event.exception;
  const thrown = Array.isArray(list) && typeof list !== 'function' ? list : [];
  const lines: string[] = [];
  if (thrown.length === 0)
    lines.push(String(event.message ?? event.logentry?.formatted ?? event.logentry?.message ?? ''));
  for (const each of [...thrown].reverse()) {
    lines.push(`${each?.type ?? ''}: ${each?.value ?? ''}`);
    const frames: unknown = each?.stacktrace?.frames;
    if (!Array.isArray(frames)) continue;
    const shown: Frame[] = [...frames].reverse().slice(0, mostFrames);
    for (const frame of shown) {
      lines.push(
        `  ${frame.in_app === false ? ' ' : '>'} ${frame.function ?? '?'} (${frame.filename ?? '?'}:${frame.lineno ?? '?'}:${frame.colno ?? '?'})`,
      );
      if (frame.in_app !== false && frame.context_line) lines.push(`      ${frame.context_line.trim()}`);
    }
  }
  return lines.map((line) => printable(line, false));
}
