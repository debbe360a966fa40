/** The text of `windlass.json` to an `AppConfig`, or an error that names file, line, column and what was expected. */

import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import * as z from 'zod/mini';
import { WindlassError } from '../errors.ts';
import { type AppConfig, appConfig } from './app-config.ts';
import { nearestWord } from './nearest-word.ts';

const configFileName = 'windlass.json';

type Issue = z.core.$ZodIssue;

interface Problem {
  /** UTF-16 offset into the text. */
  offset: number;
  message: string;
  hint?: string | undefined;
}

/**
 * Parses JSON with comments and trailing commas (as `tsconfig.json` has them).
 * Throws `WindlassError('invalid')`: `windlass.json, line 3, column 9: expected …`.
 */
export function parseConfigFile(text: string, file: string = configFileName): AppConfig {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const syntax: ParseError[] = [];
  const root = parseTree(source, syntax, { allowTrailingComma: true });
  const [firstError] = syntax;
  if (root === undefined || firstError !== undefined) {
    throw located(file, source, {
      offset: firstError?.offset ?? 0,
      message: firstError === undefined ? 'expected an object in { }' : syntaxMessage(firstError, source),
      hint: 'Correct the JSON there; comments and trailing commas are allowed.',
    });
  }
  const twice = duplicateKey(root);
  if (twice !== null) throw located(file, source, twice);
  const parsed = z.safeParse(appConfig, toValue(root));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => toProblem(issue, root));
  const first = problems.sort((a, b) => a.rank - b.rank || a.offset - b.offset)[0];
  if (first === undefined) throw new Error('a failed parse has an issue');
  const more = problems.length - 1;
  const hint = first.hint ?? (more > 0 ? `${more} more of this kind follow after it.` : undefined);
  throw located(file, source, { ...first, hint });
}

/** 1-based line and column (in UTF-16 units) of an offset. */
function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

function located(file: string, text: string, problem: Problem): WindlassError {
  const { line, column } = lineAndColumn(text, problem.offset);
  return new WindlassError('invalid', `${file}, line ${line}, column ${column}: ${problem.message}`, {
    hint: problem.hint,
  });
}

function syntaxMessage(error: ParseError, text: string): string {
  const found = error.offset >= text.length ? 'the end of the file' : JSON.stringify(text[error.offset]);
  const expected: Partial<Record<string, string>> = {
    PropertyNameExpected: 'expected a name in double quotes',
    ValueExpected: 'expected a value',
    ColonExpected: 'expected ":" after the name',
    CommaExpected: 'expected "," before the next entry',
    CloseBraceExpected: 'expected "}"',
    CloseBracketExpected: 'expected "]"',
    EndOfFileExpected: 'expected nothing after the closing "}"',
    InvalidSymbol: 'expected a value: text needs double quotes',
    InvalidNumberFormat: 'expected a number',
    UnexpectedEndOfString: 'expected a closing double quote',
    UnexpectedEndOfComment: 'expected "*/" to close the comment',
    InvalidEscapeCharacter: 'expected a JSON escape after "\\"',
    InvalidUnicode: 'expected four hexadecimal digits after "\\u"',
    InvalidCharacter: 'expected no control characters in text',
  };
  const code = printParseErrorCode(error.error);
  return `${expected[code] ?? 'expected JSON'}, found ${found}`;
}

function duplicateKey(node: Node): Problem | null {
  if (node.type === 'object') {
    const seen = new Set<unknown>();
    for (const property of node.children ?? []) {
      const key = property.children?.[0];
      if (key === undefined) continue;
      if (seen.has(key.value)) {
        return { offset: key.offset, message: `"${key.value}" is set twice, expected it once` };
      }
      seen.add(key.value);
    }
  }
  for (const child of node.children ?? []) {
    const found = duplicateKey(child);
    if (found !== null) return found;
  }
  return null;
}

function toValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toValue);
  if (node.type !== 'object') return node.value;
  const entries = (node.children ?? []).map(({ children = [] }) => {
    const [key, value] = children;
    return [String(key?.value), value === undefined ? undefined : toValue(value)] as const;
  });
  return Object.fromEntries(entries);
}

/** Unknown keys come first: a misspelt name is the cause of the missing one beside it. */
function toProblem(issue: Issue, root: Node): Problem & { rank: number } {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const name = pathText(path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const property = nodeAt(root, path)?.children?.find(({ children }) => children?.[0]?.value === key);
    const known = keysAt(path);
    const nearest = nearestWord(key, known);
    const where = name === '' ? '' : ` in ${name}`;
    const hint = nearest === null ? `It may have: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
    return { rank: 0, offset: property?.offset ?? 0, message: `unknown key "${key}"${where}`, hint };
  }
  const node = nodeAt(root, path);
  const prefix = name === '' ? '' : `${name}: `;
  if (node === undefined) {
    const parent = nodeAt(root, path.slice(0, -1));
    return {
      rank: 1,
      offset: parent?.offset ?? 0,
      message: `${prefix}expected ${wanted(issue)}, found nothing`,
    };
  }
  const hint =
    issue.code === 'invalid_value' && typeof node.value === 'string'
      ? suggestion(nearestWord(node.value, issue.values.map(String)))
      : undefined;
  return {
    rank: 1,
    offset: node.offset,
    message: `${prefix}expected ${wanted(issue)}, found ${shown(node)}`,
    hint,
  };
}

const suggestion = (word: string | null): string | undefined =>
  word === null ? undefined : `Did you mean "${word}"?`;

function nodeAt(root: Node, path: (string | number)[]): Node | undefined {
  return path.length === 0 ? root : findNodeAtLocation(root, path);
}

function wanted(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return (
        { int: 'a whole number', object: 'an object', array: 'a list' }[issue.expected as string] ??
        typeName(issue.expected)
      );
    case 'invalid_value':
      return `one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'array')
        return `at least ${issue.minimum} entries`.replace('1 entries', '1 entry');
      return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `at most ${issue.maximum} entries`
        : `a number of at most ${issue.maximum}`;
    case 'invalid_format':
      return `other text (${issue.message})`;
    default:
      return 'something else';
  }
}

const typeName = (expected: string): string =>
  expected === 'string'
    ? 'text in double quotes'
    : expected === 'boolean'
      ? 'true or false'
      : `a ${expected}`;

function shown(node: Node): string {
  if (node.type === 'object') return 'an object';
  if (node.type === 'array') return 'a list';
  const text = JSON.stringify(node.value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

function pathText(path: (string | number)[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

/** The names the schema knows at a path. */
function keysAt(path: (string | number)[]): string[] {
  let schema: z.core.$ZodType = appConfig;
  for (const step of path) {
    const inner = unwrap(schema);
    if (inner instanceof z.core.$ZodObject) schema = inner._zod.def.shape[String(step)] ?? inner;
    else if (inner instanceof z.core.$ZodArray) schema = inner._zod.def.element;
  }
  const inner = unwrap(schema);
  return inner instanceof z.core.$ZodObject ? Object.keys(inner._zod.def.shape) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.core.$ZodOptional ? unwrap(schema._zod.def.innerType) : schema;
}
