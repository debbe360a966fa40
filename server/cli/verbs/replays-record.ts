/** `windlass replays record APP`: whether and how an app's pages are recorded. */

import {
  defaultRecording,
  type RecordingChanges,
  type RecordingSettings,
  recordingChanges,
} from '../../../shared/replay/recording-settings.ts';
import { aimOf } from '../aim.ts';
import { printable } from '../style.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbContext } from '../verb.ts';

const keys = ['sample', 'on-error', 'unmask', 'block', 'left-out', 'messages'] as const;

/** `words`: the app, and `on`, `off` or KEY=VALUE… behind it. */
export async function record(context: VerbContext, words: readonly string[]): Promise<number> {
  const [, ...what] = words;
  const site = aimOf({ ...context, args: words });
  const settings: RecordingChanges = Object.assign({}, ...what.map(readChange));
  const parsed = recordingChanges.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(
      `${issue?.path[0] === undefined ? 'that' : String(issue.path[0])} cannot be so: ${issue?.message ?? 'see the help'}`,
      `It can be ${keys.join(', ')}; see \`windlass help replays\`.`,
    );
  }
  const chosen =
    what.length === 0
      ? await context.control.call('replays.recording', site)
      : await context.control.call('replays.configure', { ...site, settings: parsed.data });
  context.show(chosen, () => recordingLines(chosen, site.app));
  return 0;
}

function readChange(word: string): RecordingChanges {
  if (word === 'on' || word === 'off') return { record: word === 'on' };
  const at = word.indexOf('=');
  const value = word.slice(at + 1);
  switch (keys.find((each) => each === word.slice(0, Math.max(0, at)))) {
    case 'sample':
      return { sample: shareOf(value) };
    case 'on-error':
      return { onError: shareOf(value) };
    case 'unmask':
      return { unmask: value === '' ? [] : [value] };
    case 'block':
      return { block: value === '' ? [] : [value] };
    case 'left-out':
      return { leftOut: value.split(',').filter((each) => each !== '') };
    case 'messages':
      if (value !== 'on' && value !== 'off')
        throw new UsageError('messages are on or off', 'Write messages=on.');
      return { messages: value === 'on' };
    case undefined:
      throw new UsageError(
        `\`replays record\` cannot "${word}"`,
        `It can on, off, and ${keys.join('=, ')}=.`,
      );
  }
}

/** `10%` or `0.1`. */
function shareOf(text: string): number {
  const share = /^\d+(?:\.\d+)?%?$/.test(text)
    ? Number.parseFloat(text) / (text.endsWith('%') ? 100 : 1)
    : Number.NaN;
  if (!(share >= 0 && share <= 1)) throw new UsageError(`"${text}" is no share`, 'Write 10% or 0.1.');
  return share;
}

function recordingLines(settings: RecordingSettings, app: string): string[] {
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  const list = (texts: readonly string[]) => (texts.length === 0 ? 'nothing' : printable(texts.join(', ')));
  return [
    settings.record
      ? `pages of ${app} are recorded: text, fields and pictures are never kept`
      : `pages of ${app} are not recorded; \`windlass replays record ${app} on\` begins`,
    `recorded whole: ${percent(settings.sample)} of tabs; of the others from an error on: ${percent(settings.onError)}`,
    `shown as it is: ${list(settings.unmask)}; left out whole: ${list(settings.block)}`,
    `paths not recorded: ${list(settings.leftOut)}`,
    `messages of errors and of the console: ${settings.messages ? 'word by word' : 'not kept'}`,
    ...(settings.record && settings.sample === 0 && settings.onError === 0
      ? [
          `nothing is chosen so; the usual is sample=${defaultRecording.sample} on-error=${defaultRecording.onError}`,
        ]
      : []),
  ];
}
