/** What is wrong with a Compose file, or is left out of it: each with its line and key. */

import { WindlassError } from '../../../shared/errors.ts';

export interface Faults {
  /** The file cannot be used as it is. */
  refuse(line: number, key: string, why: string, hint?: string): void;
  /** The file can be used, without this. Shown to the person, once a text. */
  warn(line: number, key: string, why: string): void;
  readonly warnings: readonly string[];
  /** Throws `invalid` with everything that was refused, where anything was. */
  settle(): void;
}

const mostShown = 8;

export function createFaults(file: string): Faults {
  const refused: { text: string; hint: string | undefined }[] = [];
  const warnings: string[] = [];
  const place = (line: number, key: string, why: string) => `${file} line ${line}: ${key} ${why}`;
  return {
    warnings,
    refuse: (line, key, why, hint) => void refused.push({ text: place(line, key, why), hint }),
    warn(line, key, why) {
      const text = place(line, key, why);
      if (!warnings.includes(text)) warnings.push(text);
    },
    settle() {
      const [first] = refused;
      if (first === undefined) return;
      const shown = refused.slice(0, mostShown).map(({ text }) => text);
      if (refused.length > mostShown) shown.push(`and ${refused.length - mostShown} more`);
      throw new WindlassError('invalid', shown.join('\n'), {
        hint: first.hint ?? 'docs/compose.md lists what is supported.',
      });
    },
  };
}
