/** `windlass ai models`: prices, aliases. */

import { parseDollars } from '../../../shared/gateway/money.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbContext } from '../verb.ts';
import { readPriceFile } from './price-file.ts';

const strategies = ['order', 'weighted', 'fastest'] as const;

export async function models(context: VerbContext, words: readonly string[]): Promise<number> {
  const [action = 'list', name, ...rest] = words;
  switch (action) {
    case 'list':
      return list(context, name);
    case 'alias':
      return alias(context, name, rest);
    case 'unalias':
      if (name === undefined) throw new UsageError('which one?', 'See `windlass ai models`.');
      await context.control.call('aiModels.unalias', { name });
      context.show({}, () => [`${name} is no alias any more`]);
      return 0;
    case 'price':
      return price(context, name, rest);
    case 'prices':
      return prices(context, name);
    default:
      throw new UsageError(
        `\`ai models\` cannot "${action}"`,
        'It can list, alias, unalias, price and prices.',
      );
  }
}

async function list(context: VerbContext, grep: string | undefined): Promise<number> {
  const all = await context.control.call('aiModels.list', {});
  const prices = all.prices.filter(({ model }) => grep === undefined || model.includes(grep));
  const result = { aliases: all.aliases, prices };
  const { style, width } = context;
  const dollars = (micro: number) => `$${micro / 1_000_000}`;
  context.show(result, () => [
    ...result.aliases.map(
      ({ name, strategy, targets }) =>
        `${name}: ${strategy} of ${targets.map(({ provider, model, weight }) => `${provider}/${model}${weight === 1 ? '' : `=${weight}`}`).join(', ')}`,
    ),
    ...renderTable(
      ['model', 'provider', 'input', 'cached', 'output', 'from'].map((title) => ({ title })),
      prices.map((each) => [
        each.model,
        each.provider || 'all',
        dollars(each.input),
        dollars(each.cacheRead),
        dollars(each.output),
        each.version,
      ]),
      width,
      style.dim,
    ),
    'dollars for a million tokens',
  ]);
  return 0;
}

async function alias(
  context: VerbContext,
  name: string | undefined,
  words: readonly string[],
): Promise<number> {
  if (name === undefined || words.length === 0) {
    throw new UsageError(
      'an alias has a name and targets',
      'For example `windlass ai models alias smart openai/gpt-5`.',
    );
  }
  const strategy = strategies.find((each) => each === (context.flags.text('by') ?? 'order'));
  if (strategy === undefined) throw new UsageError(`--by is one of ${strategies.join(', ')}`);
  const targets = words.map((word) => {
    const match = /^([^/]+)\/(.+?)(?:=(\d{1,4}))?$/.exec(word);
    if (match === null)
      throw new UsageError(`"${word}" is no target`, 'A target is PROVIDER/MODEL, or PROVIDER/MODEL=WEIGHT.');
    return { provider: match[1] ?? '', model: match[2] ?? '', weight: Number(match[3] ?? 1) };
  });
  const first = context.flags.whole('first-token', 1, 600) ?? 120;
  const total = context.flags.whole('timeout', 1, 3600) ?? 600;
  await context.control.call('aiModels.alias', {
    name,
    strategy,
    targets,
    firstTokenMs: first * 1000,
    totalMs: total * 1000,
  });
  context.show({}, () => [`apps that ask for ${name} are answered by ${words.join(', ')}`]);
  return 0;
}

async function price(
  context: VerbContext,
  model: string | undefined,
  words: readonly string[],
): Promise<number> {
  const [input, output] = words.map((word) => parseDollars(word));
  if (model === undefined || (words.length > 0 && (input == null || output == null))) {
    throw new UsageError(
      'a price is MODEL INPUT OUTPUT',
      'In dollars for a million tokens; without them the own price goes.',
    );
  }
  // Nanodollars of a million tokens; the table counts microdollars.
  const micro = (amount: number) => Math.round(amount / 1000);
  await context.control.call('aiModels.price', {
    model,
    price: input == null || output == null ? null : { input: micro(input), output: micro(output) },
  });
  context.show({}, () => [
    words.length === 0 ? `${model} has its price of the table again` : `${model} has its own price now`,
  ]);
  return 0;
}

async function prices(context: VerbContext, word: string | undefined): Promise<number> {
  if (word !== undefined && word !== 'bundled') {
    throw new UsageError(
      'a table of prices comes from stdin',
      'Say `windlass ai models prices < FILE`, or `windlass ai models prices bundled` to take it back.',
    );
  }
  const file = word === 'bundled' ? null : readPriceFile(await context.io.stdin.text(), context.now());
  await context.control.call('aiModels.priceFile', { file });
  const count = Object.values(file?.providers ?? {}).reduce((sum, rows) => sum + rows.length, 0);
  context.show({ version: file?.version ?? null, models: count }, () => [
    file === null
      ? 'the bundled prices hold again'
      : `${count} prices of ${file.version} hold from now on; what it does not name keeps its bundled price`,
  ]);
  return 0;
}
