/** What a visitor is answered whom the rules stopped: whole answers, ready to send. */

import { httpDate, type OwnAnswer, ownPage, statusOf } from '../pages.ts';
import { challengePage } from './challenge-page.ts';
import { passwordPage } from './password-page.ts';
import type { Verdict } from './verdict.ts';

export interface RuledAnswerOptions {
  readonly method: string;
  readonly accept: string;
  /** The Connection line, or empty. */
  readonly connection: string;
  /** The environment's own page for a status; null for none. */
  page(status: number): string | null;
  /** A task for this visitor, of so many bits. */
  task(bits: number): string;
}

export function statusOfVerdict(verdict: Verdict): number {
  switch (verdict.kind) {
    case 'redirect':
      return verdict.status;
    case 'preflight':
      return 204;
    default:
      return statusOf(answers[verdict.kind]);
  }
}

/** One byte a character. */
export function ruledAnswer(verdict: Verdict, options: RuledAnswerOptions): string {
  const { method, connection } = options;
  switch (verdict.kind) {
    case 'redirect':
      return bare(
        `${verdict.status} ${reasons[verdict.status] ?? 'Redirect'}`,
        `Location: ${verdict.location}\r\nContent-Length: 0\r\n`,
        connection,
      );
    case 'preflight':
      return bare('204 No Content', verdict.fields, connection);
    case 'password': {
      // A browser that is told of Basic authentication asks in a window of its own, which says nothing of this site.
      if (!options.accept.includes('text/html'))
        return ownPage('password', { method, accept: '', connection });
      const page = passwordPage(verdict);
      return ownPage('password-page', { method, accept: options.accept, connection, page });
    }
    case 'challenge': {
      const page = options.accept.includes('text/html')
        ? challengePage(options.task(verdict.bits), verdict.bits)
        : null;
      return ownPage('challenge', { method, accept: options.accept, connection, page });
    }
    default: {
      const extra = 'retryAfter' in verdict ? `Retry-After: ${verdict.retryAfter}\r\n` : '';
      const answer = answers[verdict.kind];
      const page = options.page(statusOf(answer));
      return ownPage(answer, { method, accept: options.accept, connection, extra, page });
    }
  }
}

const answers = {
  forbidden: 'forbidden',
  maintenance: 'maintenance',
  'too-many': 'too-many',
  busy: 'busy',
  password: 'password',
  challenge: 'challenge',
} as const satisfies Record<string, OwnAnswer>;

const reasons: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
};

function bare(status: string, fields: string, connection: string): string {
  return `HTTP/1.1 ${status}\r\nDate: ${httpDate()}\r\n${fields}${connection}\r\n`;
}
