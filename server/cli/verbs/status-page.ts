/** `windlass status-page`: pages that tell the public how things are. */

import { type StatusPage, statusPage as shape } from '../../../shared/status/page.ts';
import { wordsOf } from '../named-ids.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'add', 'remove'] as const;

export const statusPage: Verb = {
  name: 'status-page',
  summary: 'list, add and remove status pages',
  usage: [
    'status-page [list]',
    'status-page add SLUG --checks NAME,… [--title T] [--host HOST] [--address URL] [--subscribe]',
    'status-page remove SLUG',
  ],
  about: [
    'A page is at /.windlass/status/SLUG/ of every host, and on a host of its own where --host gives it one.',
    'Each check is a component of it; the desktop has an editor for more.',
  ],
  examples: [
    {
      what: 'one for the shop',
      line: 'windlass status-page add main --checks shop,mail --host status.example.com',
    },
    {
      what: 'with subscriptions',
      line: 'windlass status-page add main --checks shop --address https://status.example.com --subscribe',
    },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'SLUG', required: false },
  ],
  flags: [
    { name: 'checks', value: 'NAMES', summary: 'add: names of checks, with commas' },
    { name: 'title', value: 'TITLE', summary: 'add: its title (default: Status)' },
    { name: 'host', value: 'HOST', summary: 'add: a host of its own' },
    { name: 'address', value: 'URL', summary: 'add: where people find it, for links in mails' },
    { name: 'subscribe', summary: 'add: visitors may subscribe' },
  ],
  run: async (context) => {
    const [action = 'list', slug] = context.args;
    switch (actions.find((each) => each === action)) {
      case 'list':
        return list(context);
      case 'add':
        return add(context, slug);
      case 'remove': {
        const { pages } = await context.control.call('status.pages', {});
        const page = pages.find((each) => each.slug === slug);
        if (page === undefined)
          throw new UsageError(`there is no page "${slug ?? ''}"`, 'See `windlass status-page`.');
        context.show(await context.control.call('status.remove', { id: page.id }), () => [`${slug} is gone`]);
        return 0;
      }
      case undefined:
        throw new UsageError(`\`status-page\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('status.pages', {});
  context.show(result, () => {
    if (result.pages.length === 0)
      return ['no status page: `windlass status-page add SLUG --checks …` makes one'];
    const rows = result.pages.map((page) => [
      page.slug,
      page.title,
      page.host ?? `/.windlass/status/${page.slug}/`,
      String(page.components.length),
      String(page.subscribers),
    ]);
    const titles = [
      { title: 'slug' },
      { title: 'title', flexible: true },
      { title: 'where', flexible: true },
    ];
    return renderTable(
      [...titles, { title: 'components', right: true }, { title: 'subscribers', right: true }],
      rows,
      context.width,
      context.style.dim,
    );
  });
  return 0;
}

async function add(context: VerbContext, slug: string | undefined): Promise<number> {
  const { flags } = context;
  const names = wordsOf(flags.text('checks'));
  if (slug === undefined || names.length === 0) {
    throw new UsageError('a page needs a slug and --checks', 'See `windlass help status-page`.');
  }
  const { checks } = await context.control.call('checks.list', {});
  const components = names.map((name) => {
    const check = checks.find((each) => each.name === name);
    if (check === undefined) throw new UsageError(`there is no check "${name}"`, 'See `windlass checks`.');
    return { name, checks: [check.id] };
  });
  const wanted = shape.safeParse({
    ...{ id: 0, slug, title: flags.text('title') ?? 'Status', components },
    host: flags.text('host') ?? null,
    address: flags.text('address') ?? null,
    subscribe: flags.on('subscribe'),
  });
  if (!wanted.success) throw new UsageError(`the page cannot be: ${wanted.error.issues[0]?.message}`);
  const result = await context.control.call('status.set', { page: wanted.data });
  context.show(result, () => [`it is at ${placeOf(result.page)}`]);
  return 0;
}

function placeOf({ host, slug }: StatusPage): string {
  return host ?? `/.windlass/status/${slug}/ of every host`;
}
