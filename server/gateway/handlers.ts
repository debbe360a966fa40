/** The gateway's methods of the control socket. */

import { WindlassError } from '../../shared/errors.ts';
import type { AiBudget, AiProvider } from '../../shared/gateway/contract.ts';
import type { Handlers } from '../kernel/feature.ts';
import type { KeyStore } from './config/key-store.ts';
import type { ProviderStore } from './config/provider-store.ts';
import type { RuleStore } from './config/rule-store.ts';
import type { SnapshotProvider } from './config/snapshot.ts';
import { compile } from './guardrails/pattern.ts';
import type { Entry } from './ledger/budget-book.ts';
import { periodAt } from './ledger/periods.ts';
import { baseUrls } from './providers/base-urls.ts';
import type { ProviderWord } from './routing/fleet-state.ts';
import type { WorkerLine } from './worker/worker-line.ts';

export interface HandlerParts {
  readonly keys: KeyStore;
  readonly providers: ProviderStore;
  readonly rules: RuleStore;
  readonly line: WorkerLine;
  /** For the playground; lives as long as the process. */
  readonly ownKey: string;
  now(): number;
  /** What is set has changed: resolves once calls go by it. */
  changed(): Promise<void>;
  /** Starts the Worker where it does not run, so that it can be asked. */
  running(): Promise<void>;
}

export function gatewayHandlers(parts: HandlerParts): Handlers {
  const { keys, providers, rules, line, now } = parts;
  const ask = async <K extends Parameters<WorkerLine['ask']>[0]>(
    ...question: Parameters<typeof line.ask<K>>
  ) => {
    await parts.running();
    return line.ask<K>(...question);
  };
  const budgets = async (): Promise<AiBudget[]> => {
    const list = rules.budgets();
    const entries = list.length === 0 ? [] : await ask('budgets', {});
    return list.map((budget) => {
      const entry: Pick<Entry, 'period' | 'settled' | 'reserved'> = entries.find(
        (each) => each.budget.id === budget.id,
      ) ?? { period: periodAt(budget.period, now()), settled: 0, reserved: 0 };
      const { period, settled: spent, reserved } = entry;
      return {
        ...budget,
        spent,
        reserved,
        from: period.from,
        to: budget.period === 'total' ? null : period.to,
      };
    });
  };
  return {
    'aiKeys.list': () => ({ keys: keys.list() }),
    'aiKeys.create': async ({ name, app, environment, limits }) => {
      checkPatterns(limits.guards ?? []);
      const made = keys.create({ name, app, environment, limits: withoutUndefined(limits) });
      await parts.changed();
      return made;
    },
    'aiKeys.change': async ({ id, limits }) => {
      checkPatterns(limits.guards ?? []);
      const key = keys.change(id, withoutUndefined(limits));
      await parts.changed();
      return { key };
    },
    'aiKeys.remove': async ({ id }) => {
      keys.remove(id);
      await parts.changed();
      return {};
    },
    'aiProviders.list': async () => {
      const list = providers.list();
      const words = line.port === null ? {} : await line.ask('words', {});
      return { providers: list.map((each) => shown(each, words[each.name])) };
    },
    'aiProviders.set': async (wish) => {
      const { secrets: values, baseUrl } = wish;
      const provider = providers.set({ ...wish, secrets: values, baseUrl });
      await parts.changed();
      return { provider: shown(provider, undefined) };
    },
    'aiProviders.remove': async ({ name }) => {
      providers.remove(name);
      await parts.changed();
      return {};
    },
    'aiProviders.test': (question) => ask('test', question),
    'aiModels.list': async () => ({
      aliases: rules.aliases(),
      prices: [
        ...rules.prices().map(({ model, input, output, cacheRead, cacheWrite }) => ({
          model,
          provider: '',
          input,
          output,
          cacheRead,
          cacheWrite,
          version: 'own',
        })),
        // Tables that are only loaded to be looked at.
        ...(await import('./ledger/price-table.ts'))
          .listedPrices(rules.priceFile(), now())
          .map(({ model, provider, price }) => ({
            model,
            provider,
            input: price.rates.input,
            output: price.rates.output,
            cacheRead: price.rates.cacheRead,
            cacheWrite: price.rates.cacheWrite,
            version: price.version,
          })),
      ],
    }),
    'aiModels.alias': async (alias) => {
      const known = providers.list().map(({ name }) => name);
      for (const { provider } of alias.targets) {
        if (!known.includes(provider)) {
          throw new WindlassError('not-found', `there is no provider ${provider}`, {
            hint: 'See `windlass ai providers`.',
          });
        }
      }
      rules.setAlias(alias);
      await parts.changed();
      return {};
    },
    'aiModels.unalias': async ({ name }) => {
      rules.removeAlias(name);
      await parts.changed();
      return {};
    },
    'aiModels.price': async ({ model, price }) => {
      if (price === null) rules.removePrice(model);
      else {
        const { input, output, cacheRead = input, cacheWrite = input } = price;
        rules.setPrice({ model, input, output, cacheRead, cacheWrite });
      }
      await parts.changed();
      return {};
    },
    'aiModels.priceFile': async ({ file }) => {
      rules.setPriceFile(file);
      await parts.changed();
      return {};
    },
    'aiBudgets.list': async () => ({ budgets: await budgets() }),
    'aiBudgets.set': async (wish) => {
      const { id } = rules.addBudget(wish);
      await parts.changed();
      const budget = (await budgets()).find((each) => each.id === id);
      if (budget === undefined) throw new Error('a budget that was just added is gone');
      return { budget };
    },
    'aiBudgets.remove': async ({ id }) => {
      rules.removeBudget(id);
      await parts.changed();
      return {};
    },
    'aiUsage.report': async (question) => ({ rows: await ask('report', question) }),
    'aiUsage.calls': async (question) => ({ calls: await ask('calls', question) }),
    'aiUsage.text': async ({ id }) => (await ask('text', { id })) ?? { request: null, answer: null },
    'aiUsage.metrics': async () => ({
      text: (await import('./insight/metrics.ts')).metricsText({
        rows: await ask('report', { from: 0, to: now(), by: ['app', 'model', 'provider'], app: null }),
        budgets: await budgets(),
        words: await ask('words', {}),
      }),
    }),
    'aiPlay.ask': async (question, { emit, signal }) => {
      await parts.running();
      if (line.port === null) throw new WindlassError('unavailable', 'the AI gateway does not listen yet');
      const { play } = await import('./surface/play.ts');
      return play(`http://127.0.0.1:${line.port}`, parts.ownKey, question, (text) => emit({ text }), signal);
    },
    'aiSettings.get': () => ({
      url: line.port === null ? null : `http://127.0.0.1:${line.port}/v1`,
      public: rules.setting('public') === 'yes',
    }),
    'aiSettings.set': (wish) => {
      rules.set('public', wish.public ? 'yes' : 'no');
      return {};
    },
  };
}

function shown(provider: SnapshotProvider, word: ProviderWord | undefined): AiProvider {
  const { name, kind, models } = provider;
  return {
    name,
    kind,
    baseUrl: provider.baseUrl || baseUrls[kind],
    models: [...models],
    secrets: provider.secrets.length,
    private: provider.private,
    state: word ?? { kind: 'unknown', message: null, at: null },
  };
}

function checkPatterns(guards: readonly { pattern: string }[]): void {
  for (const { pattern } of guards) {
    try {
      compile(pattern);
    } catch (error) {
      throw new WindlassError('invalid', `${JSON.stringify(pattern)} is no regular expression`, {
        cause: error,
      });
    }
  }
}

/** What was not said is not changed. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
