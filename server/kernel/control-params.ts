/** Params parsed at the door: what does not fit is refused with the place and what was expected there. */

import type * as z from 'zod/mini';
import { WindlassError } from '../../shared/errors.ts';

type Issue = z.core.$ZodIssue;

const mostNamed = 3;

/** The parsed params, defaults filled in. Throws `WindlassError('invalid')` naming each place, e.g. `app: expected a string`. */
export function parseParams<P extends z.ZodMiniType>(method: string, schema: P, input: unknown): z.infer<P> {
  const parsed = schema.safeParse(input);
  if (parsed.success) {
    return parsed.data;
  }
  const { issues } = parsed.error;
  const named = issues.slice(0, mostNamed).map(describe).join('; ');
  const more = issues.length > mostNamed ? `; and ${issues.length - mostNamed} more` : '';
  throw new WindlassError('invalid', `${method}: ${named}${more}`, {
    hint: 'Correct that and send it again.',
  });
}

function describe(issue: Issue): string {
  const path = issue.path.map(String).join('.');
  const where = path === '' ? '' : `${path}: `;
  return `${where}${expectation(issue)}`;
}

/** zod/mini carries no texts of its own; a schema's own text is better than anything said here. */
function expectation(issue: Issue): string {
  if (issue.message !== 'Invalid input') {
    return issue.message;
  }
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${withArticle(issue.expected)}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_format':
      return `expected ${issue.format === 'regex' ? `what matches ${issue.pattern ?? 'its pattern'}` : withArticle(issue.format)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `unknown ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_union':
      return union(issue);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.slice(0, 1).map(describe).join('');
    case 'custom':
      return 'not allowed';
    default:
      return 'not allowed';
  }
}

function union(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if (issue.discriminator !== undefined && 'options' in issue && Array.isArray(issue.options)) {
    return `expected ${issue.options.map((option) => JSON.stringify(option)).join(' or ')}`;
  }
  const branches = issue.errors.map((branch) => branch.slice(0, 1).map(describe).join(''));
  return branches.length === 0 ? 'fits none of the allowed forms' : branches.join(', or ');
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function unit(origin: string): string {
  switch (origin) {
    case 'string':
      return ' characters';
    case 'array':
    case 'set':
      return ' entries';
    default:
      return '';
  }
}
