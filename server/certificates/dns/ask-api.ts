/** One question to a DNS provider's web API, with its refusals in its own words. */

import { WindlassError } from '../../../shared/errors.ts';
import { boundedText } from '../bounded-text.ts';

export interface ApiQuestion {
  readonly kind: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const answerMs = 20_000;
const maxAnswer = 2_097_152;

/** The text of a good answer. Throws `WindlassError`: `forbidden` for 401 and 403, else `unavailable` or `failed`. */
export async function askApi({ kind, url, method = 'GET', headers, body }: ApiQuestion): Promise<string> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMs),
      ...(body === undefined ? {} : { body }),
    });
    text = await boundedText(answer, maxAnswer);
  } catch (cause) {
    throw new WindlassError('unavailable', `${kind} cannot be reached`, {
      hint: 'It is tried again by itself.',
      cause,
    });
  }
  if (answer.ok) return text;
  const why = /"(?:message|error)"\s*:\s*"([^"]{1,300})"|<Message>([^<]{1,300})/.exec(text);
  // Somebody else's words, on their way to a terminal.
  const said = (why?.[1] ?? why?.[2])?.replace(/[\x00-\x1f\x7f]+/g, ' ');
  const message = `${kind} answered ${answer.status}${said === undefined ? '' : `: ${said}`}`;
  if (answer.status === 401 || answer.status === 403) {
    throw new WindlassError('forbidden', message, { hint: 'Check its token, and what that may change.' });
  }
  throw new WindlassError(answer.status >= 500 || answer.status === 429 ? 'unavailable' : 'failed', message, {
    hint: 'It is tried again by itself.',
  });
}
