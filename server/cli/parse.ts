/** argv and `WINDLASS_*` variables to a verb's arguments and flags; whatever is not known is wrong usage. */

import { parseArgs } from 'node:util';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';
import { type Argument, commonFlags, type Flag, type Verb } from './verb.ts';

/** Flags as given, or as their variable says. */
export interface FlagValues {
  on(name: string): boolean;
  text(name: string): string | undefined;
  /** A whole number from `least` to `most`. */
  whole(name: string, least: number, most: number): number | undefined;
}

export interface Parsed {
  args: readonly string[];
  flags: FlagValues;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The verb's name, which is the first word that is no flag and no flag's value; and argv without it. */
export function splitVerb(argv: readonly string[]): { name: string | undefined; rest: string[] } {
  const { tokens } = parseTokens(argv, commonFlags);
  const first = tokens.find((token) => token.kind === 'positional');
  if (first === undefined) return { name: undefined, rest: [...argv] };
  return { name: first.value, rest: argv.filter((_, index) => index !== first.index) };
}

/** Throws `UsageError` that names the nearest thing that would have been right. */
export function parseVerb(verb: Verb, argv: readonly string[], env: Environment): Parsed {
  const known = [...verb.flags, ...commonFlags];
  const { tokens } = parseTokens(argv, known);
  const given = new Map<string, string | true>();
  const args: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value);
    if (token.kind === 'option') {
      const flag = known.find((each) => each.name === token.name);
      if (flag === undefined) throw unknownFlag(verb, token.rawName, known);
      given.set(flag.name, flagValue(verb, flag, token));
    }
  }
  if (!given.has('help')) checkCount(verb, args);
  return { args, flags: flagValues(verb, known, given, env) };
}

function parseTokens(argv: readonly string[], flags: readonly Flag[]) {
  return parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      flags.map((flag) => [
        flag.name,
        {
          type: flag.value === undefined ? ('boolean' as const) : ('string' as const),
          ...(flag.short === undefined ? {} : { short: flag.short }),
        },
      ]),
    ),
  });
}

function flagValue(
  verb: Verb,
  flag: Flag,
  token: { rawName: string; value: string | undefined; inlineValue: boolean | undefined },
): string | true {
  if (flag.value === undefined) {
    if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`, helpHint(verb));
    return true;
  }
  // `--dir --json` is a forgotten value, not a folder called "--json"; `--dir=--json` can say the latter.
  const swallowed = !token.inlineValue && token.value !== '-' && token.value?.startsWith('-');
  if (token.value === undefined || swallowed) {
    throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${flag.value}`, helpHint(verb));
  }
  return token.value;
}

function flagValues(
  verb: Verb,
  known: readonly Flag[],
  given: ReadonlyMap<string, string | true>,
  env: Environment,
): FlagValues {
  const value = (name: string): string | true | undefined => {
    const mirror = known.find((flag) => flag.name === name)?.mirror;
    return given.get(name) ?? (mirror === undefined ? undefined : env[mirror] || undefined);
  };
  const text = (name: string) => {
    const found = value(name);
    return found === true ? undefined : found;
  };
  return {
    on: (name) => value(name) !== undefined,
    text,
    whole: (name, least, most) => {
      const found = text(name);
      if (found === undefined) return undefined;
      const number = Number(found);
      if (!/^\d+$/.test(found) || number < least || number > most) {
        throw new UsageError(
          `--${name} is a whole number from ${least} to ${most}, not "${found}"`,
          helpHint(verb),
        );
      }
      return number;
    },
  };
}

function unknownFlag(verb: Verb, rawName: string, known: readonly Flag[]): UsageError {
  const typed = rawName.replace(/^-+/, '');
  const guess = nearest(
    typed,
    known.filter((flag) => !flag.hidden).map((flag) => flag.name),
  );
  return new UsageError(
    `\`${verb.name}\` has no flag ${rawName}`,
    guess === null ? helpHint(verb) : `Did you mean --${guess}? ${helpHint(verb)}`,
  );
}

function checkCount(verb: Verb, args: readonly string[]): void {
  const missing = verb.arguments[args.length];
  if (missing?.required) {
    throw new UsageError(`\`${verb.name}\` needs ${article(missing)}`, helpHint(verb));
  }
  const takesRest = verb.arguments.at(-1)?.rest === true;
  const extra = args[verb.arguments.length];
  if (extra !== undefined && !takesRest) {
    throw new UsageError(`\`${verb.name}\` does not know what to do with "${extra}"`, helpHint(verb));
  }
}

function article(argument: Argument): string {
  return argument.name === 'APP' ? 'the name of an app' : argument.name;
}

const helpHint = (verb: Verb): string => `See \`windlass help ${verb.name}\`.`;
