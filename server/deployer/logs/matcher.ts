/** Decides which lines a person's regular expression matches, without ever letting it stop the server. */

import { WindlassError } from '../../../shared/errors.ts';
import { startSearchProcess } from './search-process.ts';

export interface Matcher {
  /** One answer a text. Throws `WindlassError('limit')` where the expression takes too long. */
  match(texts: readonly string[]): Promise<boolean[]>;
  close(): void;
}

/**
 * JavaScript's engine backtracks: `(a+)+$` on thirty letters runs for minutes, and neither a limit on the length of
 * lines nor a Worker helps (a thread inside one match cannot be ended). So only expressions that cannot backtrack
 * badly are matched here; all others run in a process of their own, which can be killed. `self` is the path of this
 * very program, which is also a JavaScript runtime. Throws `WindlassError('invalid')` for what is no expression.
 */
export function createMatcher(pattern: string, self: string, budgetMs = 10_000): Matcher {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
    throw new WindlassError('invalid', `"${pattern}" is not a regular expression: ${why}`, {
      hint: 'Put a \\ before characters that are meant as they are: . * + ? ( ) [ ] { } ^ $ |',
    });
  }
  if (isLiteral(pattern)) {
    return { match: async (texts) => texts.map((text) => text.includes(pattern)), close() {} };
  }
  if (isTame(pattern)) {
    return { match: async (texts) => texts.map((text) => expression.test(text)), close() {} };
  }
  return startSearchProcess(pattern, self, budgetMs);
}

/** No character means anything but itself. */
function isLiteral(pattern: string): boolean {
  return !/[\\^$.*+?()[\]{}|]/.test(pattern);
}

/**
 * At most one repetition, of one character or class, and no group, no counted repetition, no back reference: then a
 * match tries each of its beginnings once along the line, at most (8 k)^2 simple steps.
 */
export function isTame(pattern: string): boolean {
  if (pattern.length > 200 || /[(){}]/.test(pattern) || /\\[1-9kpP]/.test(pattern)) return false;
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  return (bare.match(/[*+?]/g) ?? []).length <= 1;
}
