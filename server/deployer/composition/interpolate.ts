/** `${NAME}` in Compose files, by the Compose specification ("Interpolation"): defaults, required ones, alternatives. Pure. */

import { WindlassError } from '../../../shared/errors.ts';

/** The value of a variable, or undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

const name = /^[A-Za-z_][A-Za-z0-9_]*/;
const deepest = 8;

/**
 * The text with its variables filled in. `onUnset` hears of each that is not set and has no default: it is left empty.
 * Throws `invalid` for one that must be set and is not, and for what is no expression.
 */
export function interpolate(
  text: string,
  lookup: Lookup,
  onUnset: (name: string) => void = () => undefined,
  depth = 0,
): string {
  if (depth > deepest) throw invalid(text, 'is nested too deeply');
  let out = '';
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return out + text.slice(at);
    out += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === '$') {
      out += '$';
      at = dollar + 2;
      continue;
    }
    if (next === '{') {
      const end = closing(text, dollar + 2);
      out += expand(text.slice(dollar + 2, end), lookup, onUnset, depth);
      at = end + 1;
      continue;
    }
    const plain = name.exec(text.slice(dollar + 1))?.[0];
    if (plain === undefined)
      throw invalid(text.slice(dollar, dollar + 20), 'is no variable; write "$$" for "$"');
    out += wordOf(plain, lookup, onUnset);
    at = dollar + 1 + plain.length;
  }
  return out;
}

/** Names that occur in the text, without filling anything. */
export function namesIn(text: string): string[] {
  const found: string[] = [];
  try {
    interpolate(text, (each) => {
      found.push(each);
      return 'x';
    });
  } catch {
    // Whoever fills it says what is wrong.
  }
  return found;
}

function expand(inner: string, lookup: Lookup, onUnset: (name: string) => void, depth: number): string {
  const variable = name.exec(inner)?.[0];
  if (variable === undefined) throw invalid(`\${${inner}}`, 'names no variable');
  const rest = inner.slice(variable.length);
  if (rest === '') return wordOf(variable, lookup, onUnset);
  const [, colon, operator, word = ''] = /^(:?)([-?+])([\s\S]*)$/.exec(rest) ?? [];
  if (operator === undefined) throw invalid(`\${${inner}}`, 'is no expression');
  const value = lookup(variable);
  const isSet = value !== undefined && (colon === '' || value !== '');
  const filled = () => interpolate(word, lookup, onUnset, depth + 1);
  switch (operator) {
    case '-':
      return isSet ? value : filled();
    case '+':
      return isSet ? filled() : '';
    default:
      if (isSet) return value;
      throw new WindlassError(
        'invalid',
        `the variable ${variable} must be set${word === '' ? '' : `: ${filled()}`}`,
        {
          hint: `Set it with \`windlass env APP set ${variable}=VALUE\`.`,
        },
      );
  }
}

function wordOf(variable: string, lookup: Lookup, onUnset: (name: string) => void): string {
  const value = lookup(variable);
  if (value === undefined) onUnset(variable);
  return value ?? '';
}

/** Index of the brace that closes the expression whose inside begins at `from`. */
function closing(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '}') open--;
    else if (text[at] === '{' && text[at - 1] === '$') open++;
    if (open === 0) return at;
  }
  throw invalid(text.slice(from - 2, from + 18), 'has no closing brace');
}

const invalid = (what: string, why: string) =>
  new WindlassError('invalid', `"${what}" ${why}`, {
    hint: 'Variables are $NAME, or the same in braces; "$$" is a dollar sign.',
  });
