/** What the server tells a page to record; `shared/replay/recording-settings.ts` says how an owner chooses it. */

export interface RecorderOptions {
  /** Address of the recorder, with its version in it. */
  readonly script: string;
  /** Of tab sessions: how many are recorded whole, 0 to 1. */
  readonly sample: number;
  /** Of the others: in how many the last minute is kept in memory, and sent with what follows once an error happens. */
  readonly onError: number;
  /** Selectors: what is in these elements is shown as it is. */
  readonly unmask: readonly string[];
  /** Selectors: of these elements nothing is kept but their size. */
  readonly block: readonly string[];
  /** Paths that are not recorded; `*` stands for anything. */
  readonly leftOut: readonly string[];
  /** Messages of the console and of errors are kept word by word. */
  readonly messages: boolean;
}

/** Whether a path is one of those left out. */
export function isLeftOut(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(path);
  });
}
