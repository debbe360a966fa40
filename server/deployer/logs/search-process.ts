/** A regular expression in a process of its own, so that one that never ends can be ended. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Matcher } from './matcher.ts';

/** Reads the pattern, then batches of texts, one JSON value a line; answers each batch with one of `0` and `1`. */
const program = `
  let expression = null, rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of Bun.stdin.stream()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\\n');
    rest = lines.pop();
    for (const line of lines) {
      const value = JSON.parse(line);
      if (expression === null) expression = new RegExp(value);
      else process.stdout.write(value.map((text) => (expression.test(text) ? '1' : '0')).join('') + '\\n');
    }
  }`;

/** About 25 MB resident and 30 ms while a search runs, nothing before and after it. */
export function startSearchProcess(pattern: string, self: string, budgetMs: number): Matcher {
  const child = Bun.spawn([self, '-e', program], {
    // nothing of the server's environment; the variable makes the compiled file a plain runtime
    env: { BUN_BE_BUN: '1' },
    cwd: '/',
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let budget = budgetMs;
  let rest = '';
  child.stdin.write(`${JSON.stringify(pattern)}\n`);

  const answer = async (): Promise<string> => {
    for (;;) {
      const end = rest.indexOf('\n');
      if (end >= 0) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        return line;
      }
      const { done, value } = await reader.read();
      if (done) throw tooLong(pattern);
      rest += decoder.decode(value, { stream: true });
    }
  };
  return {
    async match(texts) {
      if (texts.length === 0) return [];
      const began = performance.now();
      const timer = setTimeout(() => child.kill('SIGKILL'), Math.max(0, budget));
      try {
        child.stdin.write(`${JSON.stringify(texts)}\n`);
        await child.stdin.flush();
        const bits = await answer();
        return texts.map((_, index) => bits[index] === '1');
      } catch (cause) {
        throw cause instanceof WindlassError ? cause : tooLong(pattern, cause);
      } finally {
        clearTimeout(timer);
        budget -= performance.now() - began;
      }
    },
    close() {
      child.kill('SIGKILL');
    },
  };
}

function tooLong(pattern: string, cause?: unknown): WindlassError {
  return new WindlassError('limit', `the regular expression "${pattern}" takes too long`, {
    hint: 'Avoid a repetition inside a repetition, like (a+)+, or search for plain text.',
    cause,
  });
}
