/** What an owner chooses about recording an app's pages. Apart from the contract, as every page that is served may ask for it. */

import * as z from 'zod/mini';

const share = z.number().check(z.minimum(0), z.maximum(1));
/** No selector needs these, and a page they end up in must not be changed by them. */
const selector = z
  .string()
  .check(z.minLength(1), z.maxLength(200), z.regex(/^[^{}<\\]*$/, 'a selector has none of { } < \\'));

export const recordingSettings = z.object({
  /** Off until somebody chooses it. */
  record: z.boolean(),
  /** Of tab sessions, the share that is recorded whole. */
  sample: share,
  /** Of the others, the share that keeps its last minute in memory and sends it once an error happens. */
  onError: share,
  /** CSS selectors of what is shown as it is. Fields for passwords and cards never are. */
  unmask: z.array(selector).check(z.maxLength(20)),
  /** CSS selectors of what is left out whole. */
  block: z.array(selector).check(z.maxLength(20)),
  /** Paths that are not recorded; `*` stands for anything. */
  leftOut: z.array(z.string().check(z.minLength(1), z.maxLength(300))).check(z.maxLength(100)),
  /** Keeps messages of the console and of errors word by word. */
  messages: z.boolean(),
});
export type RecordingSettings = z.infer<typeof recordingSettings>;

export const defaultRecording: RecordingSettings = {
  record: false,
  sample: 0.1,
  onError: 1,
  unmask: [],
  block: [],
  leftOut: [],
  messages: false,
};

export const recordingChanges = z.partial(recordingSettings);
export type RecordingChanges = z.infer<typeof recordingChanges>;

/** What is not given stays. */
export function changeRecording(settings: RecordingSettings, changes: RecordingChanges): RecordingSettings {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(given) };
}
