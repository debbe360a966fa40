/** `windlass __complete -- WORDS…`: what may stand where the cursor is, one `word<TAB>summary` a line. */

import type { connectControl } from '../kernel/control-client.ts';
import type { Io } from './io.ts';
import { findPlaces } from './places.ts';
import { type Completes, commonFlags, type Flag, type Verb } from './verb.ts';

/** How long a shell may hang on Tab while the server is asked for names. */
const patienceMs = 1000;

type Connect = typeof connectControl;

interface Offer {
  word: string;
  summary?: string;
}

/** `words` is the line without `windlass`; the last one is being typed and may be empty. Always 0. */
export async function complete(
  words: readonly string[],
  verbs: readonly Verb[],
  io: Io,
  connect: Connect,
): Promise<number> {
  const line = words[0] === '--' ? words.slice(1) : words;
  const typed = line.at(-1) ?? '';
  const offers = await offersFor(line.slice(0, -1), typed, verbs, io, connect);
  for (const offer of offers) {
    if (!offer.word.startsWith(typed)) continue;
    io.stdout.write(offer.summary === undefined ? `${offer.word}\n` : `${offer.word}\t${offer.summary}\n`);
  }
  return 0;
}

async function offersFor(
  before: readonly string[],
  typed: string,
  verbs: readonly Verb[],
  io: Io,
  connect: Connect,
): Promise<Offer[]> {
  const shown = verbs.filter((verb) => !verb.hidden);
  const verb = shown.find((each) => before.includes(each.name));
  const flags = [...(verb?.flags ?? []), ...commonFlags].filter((flag) => !flag.hidden);
  const open = openFlag(before.at(-1), flags);
  if (open !== undefined) return expand(open.completes, before, shown, io, connect);
  if (typed.startsWith('-')) {
    return flags.map((flag) => ({ word: `--${flag.name}`, summary: flag.summary }));
  }
  if (verb === undefined) return shown.map(({ name, summary }) => ({ word: name, summary }));
  const place = positionals(before, flags).length - 1;
  const argument = verb.arguments[place] ?? (verb.arguments.at(-1)?.rest ? verb.arguments.at(-1) : undefined);
  return expand(argument?.completes, before, shown, io, connect);
}

function openFlag(last: string | undefined, flags: readonly Flag[]): Flag | undefined {
  return flags.find(
    (flag) => flag.value !== undefined && (last === `--${flag.name}` || last === `-${flag.short}`),
  );
}

function positionals(before: readonly string[], flags: readonly Flag[]): string[] {
  return before.filter(
    (word, index) => !word.startsWith('-') && openFlag(before[index - 1], flags) === undefined,
  );
}

async function expand(
  completes: Completes | undefined,
  before: readonly string[],
  verbs: readonly Verb[],
  io: Io,
  connect: Connect,
): Promise<Offer[]> {
  if (completes === undefined) return [];
  if (completes === 'verb') return verbs.map(({ name, summary }) => ({ word: name, summary }));
  // Shells complete paths better than we could: the scripts fall back to them on an empty answer.
  if (completes === 'folder' || completes === 'file') return [];
  if (completes === 'app' || completes === 'environment') return serverNames(completes, before, io, connect);
  return completes.map((word) => ({ word }));
}

async function serverNames(
  kind: 'app' | 'environment',
  before: readonly string[],
  io: Io,
  connect: Connect,
): Promise<Offer[]> {
  const after = (flag: string) => {
    const index = before.indexOf(flag);
    return index === -1 ? undefined : before[index + 1];
  };
  try {
    const { socket } = findPlaces({
      data: after('--data') ?? io.env.WINDLASS_DATA,
      socket: after('--socket') ?? io.env.WINDLASS_SOCKET,
      uid: io.uid,
      env: io.env,
      cwd: io.cwd,
    });
    const { apps } = await connect(socket).call('apps.list', {}, AbortSignal.timeout(patienceMs));
    if (kind === 'app') return apps.map((app) => ({ word: app.name }));
    const named = apps.filter((app) => before.includes(app.name));
    const names = (named.length > 0 ? named : apps).flatMap((app) =>
      app.environments.map((environment) => environment.name),
    );
    return [...new Set(names)].map((word) => ({ word }));
  } catch {
    // No server, no names: completion stays silent, as the shell expects.
    return [];
  }
}
