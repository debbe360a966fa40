/** `windlass issues`: what went wrong in apps, and what was decided of it. */

import type { Params } from '../../../shared/rpc.ts';
import type { ServerContract } from '../../../shared/server-contract.ts';
import { checkApp } from '../aim.ts';
import { agoText, bytesText } from '../amounts.ts';
import { eventLines, issueLines } from '../issue-text.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = [
  'list',
  'show',
  'events',
  'event',
  'resolve',
  'reopen',
  'ignore',
  'assign',
  'merge',
  'split',
  'remove',
  'setup',
  'token',
  'rules',
  'keep',
] as const;
const states = ['unresolved', 'resolved', 'ignored', 'all'] as const;
const sorts = ['last', 'first', 'events', 'users'] as const;

type Set = Params<ServerContract['issues.set']>['set'];

export const issues: Verb = {
  name: 'issues',
  summary: 'list errors of apps, look at one, resolve, ignore, assign, merge',
  usage: [
    'issues [list] [APP] [--state STATE] [--search WORDS] [--release V] [--sort BY]',
    'issues show|events ID…',
    'issues event EVENT',
    'issues resolve ID… [--next-release]',
    'issues ignore ID… [--days N] [--events N] [--users N]',
    'issues reopen|merge|remove ID…',
    'issues assign ID [NAME]',
    'issues split ID HASH',
    'issues setup APP',
    'issues token APP [--host HOST]',
    'issues rules APP [-]',
    'issues keep [--days N] [--megabytes N]',
  ],
  about: [
    'Apps have SENTRY_DSN in their environment, so a Sentry SDK that is initialised sends here by itself; `setup`',
    'shows the DSN for everything else, `token` makes one for `sentry-cli` and bundler plugins. `rules APP -`',
    'reads fingerprint rules from stdin, one a line: type:TypeError message:"*timed out*" -> timeouts',
  ],
  examples: [
    { what: 'what goes wrong now', line: 'windlass issues shop' },
    { what: 'one of them, with its newest event', line: 'windlass issues show 12' },
    { what: 'fixed in what is deployed next', line: 'windlass issues resolve 12 --next-release' },
    { what: 'give events 500 MB of the disk', line: 'windlass issues keep --megabytes 500' },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'WHAT', required: false, completes: 'app', rest: true },
  ],
  flags: [
    {
      name: 'state',
      value: 'STATE',
      summary: 'list: unresolved (default), resolved, ignored, all',
      completes: states,
    },
    { name: 'search', value: 'WORDS', summary: 'list: words of the issue or its events' },
    { name: 'release', value: 'V', summary: 'list: seen in this release' },
    { name: 'sort', value: 'BY', summary: 'list: last (default), first, events, users', completes: sorts },
    { name: 'limit', value: 'N', summary: 'list, events: how many (default: 20)' },
    { name: 'next-release', summary: 'resolve: for releases after the last that had it' },
    { name: 'host', value: 'HOST', summary: 'token: where uploads are sent (default: sentry.BASE-DOMAIN)' },
    { name: 'days', value: 'N', summary: 'ignore: for so many days; keep: events of so many days' },
    { name: 'megabytes', value: 'N', summary: 'keep: so much of the disk, for all apps together' },
    { name: 'events', value: 'N', summary: 'ignore: until so many more events' },
    { name: 'users', value: 'N', summary: 'ignore: until so many more users' },
  ],
  run: async (context) => {
    const [first = 'list', ...words] = context.args;
    const action = actions.find((each) => each === first);
    switch (action) {
      case undefined:
        return list(context, first);
      case 'list':
        return list(context, words[0]);
      case 'show':
        return show(context, idOf(words[0]));
      case 'events':
        return events(context, idOf(words[0]));
      case 'event':
        return event(context, words[0] ?? '');
      case 'resolve':
        return set(context, words, {
          kind: 'resolve',
          when: context.flags.on('next-release') ? 'next-release' : 'now',
        });
      case 'reopen':
        return set(context, words, { kind: 'unresolve' });
      case 'ignore':
        return set(context, words, ignoreOf(context));
      case 'assign':
        return set(context, words.slice(0, 1), { kind: 'assign', to: words[1] ?? null });
      case 'merge':
        return done(context, await context.control.call('issues.merge', { ids: words.map(idOf) }), 'merged');
      case 'split':
        return done(
          context,
          await context.control.call('issues.split', { id: idOf(words[0]), hash: words[1] ?? '' }),
          'split',
        );
      case 'remove':
        return done(
          context,
          await context.control.call('issues.remove', { ids: words.map(idOf) }),
          'removed',
        );
      case 'setup':
        return setup(context, appOf(words));
      case 'token':
        return token(context, appOf(words));
      case 'rules':
        return rules(context, appOf(words), words[1] === '-');
      case 'keep':
        return keep(context);
    }
  },
};

async function list(context: VerbContext, app: string | undefined): Promise<number> {
  const { flags, style, width, now } = context;
  const pick = <T extends string>(name: string, of: readonly T[]): T | undefined => {
    const text = flags.text(name);
    const found = of.find((each) => each === text);
    if (text !== undefined && found === undefined) {
      throw new UsageError(`--${name} cannot be "${text}"`, `It is one of ${of.join(', ')}.`);
    }
    return found;
  };
  const result = await context.control.call('issues.list', {
    app,
    state: pick('state', states),
    sort: pick('sort', sorts),
    search: flags.text('search'),
    release: flags.text('release'),
    limit: flags.whole('limit', 1, 200) ?? 20,
  });
  if (result.issues.length === 0) await checkApp(context, app);
  context.show(result, () => {
    if (result.issues.length === 0) return ['no issues'];
    const rows = result.issues.map((issue) => [
      String(issue.id),
      issue.app,
      [issue.title, issue.value].filter(Boolean).join(': '),
      String(issue.events),
      String(issue.users),
      agoText(issue.lastAt, now()),
      issue.lastRelease ?? '-',
    ]);
    return renderTable(
      [
        { title: 'id', right: true },
        { title: 'app' },
        { title: 'issue', flexible: true },
        { title: 'events', right: true },
        { title: 'users', right: true },
        { title: 'last' },
        { title: 'release' },
      ],
      rows,
      width,
      style.dim,
    );
  });
  return 0;
}

async function show(context: VerbContext, id: number): Promise<number> {
  const issue = await context.control.call('issues.get', { id });
  const { events: heads } = await context.control.call('events.list', { issue: id, limit: 1 });
  const newest =
    heads[0] === undefined ? null : await context.control.call('events.get', { id: heads[0].id });
  context.show({ ...issue, newest }, () => [
    ...issueLines(issue, context.now()),
    ...(newest === null ? [] : ['', `newest event ${newest.head.id}`, ...eventLines(newest.payload)]),
  ]);
  return 0;
}

async function events(context: VerbContext, issue: number): Promise<number> {
  const limit = context.flags.whole('limit', 1, 200) ?? 20;
  const result = await context.control.call('events.list', { issue, limit });
  context.show(result, () =>
    renderTable(
      [{ title: 'event' }, { title: 'when' }, { title: 'release' }, { title: 'what', flexible: true }],
      result.events.map((each) => [
        each.id,
        agoText(each.at, context.now()),
        each.release ?? '-',
        each.value,
      ]),
      context.width,
      context.style.dim,
    ),
  );
  return 0;
}

async function event(context: VerbContext, id: string): Promise<number> {
  const result = await context.control.call('events.get', { id });
  context.show(result, () => [
    ...eventLines(result.payload),
    ...result.attachments.map(({ name, size }) => `attachment ${name} (${bytesText(size)})`),
  ]);
  return 0;
}

async function set(context: VerbContext, words: readonly string[], change: Set): Promise<number> {
  const ids = words.map(idOf);
  if (ids.length === 0) throw new UsageError('which one?', 'See `windlass issues`.');
  return done(context, await context.control.call('issues.set', { ids, set: change }), change.kind);
}

function done(context: VerbContext, result: object, what: string): number {
  context.show(result, () => ['id' in result ? `${what}: ${result.id}` : `done: ${what}`]);
  return 0;
}

async function setup(context: VerbContext, app: string): Promise<number> {
  const result = await context.control.call('errors.project', { app });
  context.show(result, () => [
    `SENTRY_DSN=${result.dsn ?? '(the app has no host yet)'}`,
    '',
    'It is in the environment of every instance; for pages in a browser:',
    `  Sentry.init({ dsn: '${result.dsn ?? ''}' })`,
    `${result.settings.perMinute} envelopes a minute, ${bytesText(result.bytes)} of events on disk (all apps)`,
  ]);
  return 0;
}

async function token(context: VerbContext, app: string): Promise<number> {
  const result = await context.control.call('errors.token', { app, host: context.flags.text('host') });
  context.show(result, () => [
    `SENTRY_URL=${result.url}`,
    `SENTRY_AUTH_TOKEN=${result.token}`,
    'SENTRY_ORG=windlass',
    `SENTRY_PROJECT=${app}`,
    'The token is shown this once.',
  ]);
  return 0;
}

async function rules(context: VerbContext, app: string, given: boolean): Promise<number> {
  if (given) await context.control.call('errors.configure', { app, rules: await context.io.stdin.text() });
  const { settings } = await context.control.call('errors.project', { app });
  context.show(settings, () => (settings.rules === '' ? ['no rules'] : settings.rules.split('\n')));
  return 0;
}

async function keep({ control, flags, show }: VerbContext): Promise<number> {
  const keepDays = flags.whole('days', 1, 3650);
  const megabytes = flags.whole('megabytes', 20, 9_000_000);
  if (keepDays !== undefined || megabytes !== undefined) {
    await control.call('errors.keep', {
      keepDays,
      keepBytes: megabytes === undefined ? undefined : megabytes * 1024 ** 2,
    });
  }
  const kept = await control.call('errors.keeping', {});
  show(kept, () => [`events of ${kept.keepDays} days, at most ${bytesText(kept.keepBytes)} of all apps`]);
  return 0;
}

function ignoreOf({ flags }: VerbContext): Set {
  const days = flags.whole('days', 1, 3650);
  return {
    kind: 'ignore',
    ...(days === undefined ? {} : { forMs: days * 86_400_000 }),
    events: flags.whole('events', 1, 1_000_000_000),
    users: flags.whole('users', 1, 1_000_000_000),
  };
}

function idOf(word: string | undefined): number {
  if (word === undefined) throw new UsageError('which one?', 'See `windlass issues`.');
  if (!/^\d{1,15}$/.test(word))
    throw new UsageError(`"${word}" is no issue's number`, 'See `windlass issues`.');
  return Number(word);
}

function appOf([app]: readonly string[]): string {
  if (app === undefined) throw new UsageError('which app?', 'See `windlass apps`.');
  return app;
}
