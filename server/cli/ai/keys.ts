/** `windlass ai keys`: list, create, remove, and whether they are taken from outside. */

import type { KeyLimits } from '../../../shared/gateway/contract.ts';
import { agoText } from '../amounts.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbContext } from '../verb.ts';
import { listOf, wholeId } from './flags.ts';

export async function keys(
  context: VerbContext,
  [action = 'list', which]: readonly string[],
): Promise<number> {
  switch (action) {
    case 'list':
      return list(context);
    case 'create':
      return create(context, which);
    case 'remove':
      await context.control.call('aiKeys.remove', { id: wholeId(which, 'windlass ai keys') });
      context.show({}, () => ['it is no key any more, from now on']);
      return 0;
    case 'public':
      if (which !== 'on' && which !== 'off') throw new UsageError('`ai keys public` is on or off');
      await context.control.call('aiSettings.set', { public: which === 'on' });
      context.show({}, () => [
        which === 'on'
          ? 'keys are taken at https://HOST/.windlass/ai/v1 of every host, too'
          : 'keys are taken on this machine alone',
      ]);
      return 0;
    default:
      throw new UsageError(`\`ai keys\` cannot "${action}"`, 'It can list, create, remove and public.');
  }
}

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('aiKeys.list', {});
  const { style, width, now } = context;
  context.show(result, () => {
    if (result.keys.length === 0) return ['no keys: `windlass ai keys create --app APP` makes the first'];
    const rows = result.keys.map(({ id, name, app, environment, tail, createdAt, limits }) => [
      String(id),
      name,
      app ?? 'anybody',
      environment ?? 'all',
      `…${tail}`,
      limits.models.join(', ') || 'all',
      agoText(createdAt, now()),
    ]);
    const titles = ['id', 'name', 'app', 'environment', 'key', 'models', 'made'].map((title) => ({ title }));
    return renderTable(titles, rows, width, style.dim);
  });
  return 0;
}

async function create(context: VerbContext, name: string | undefined): Promise<number> {
  const { flags } = context;
  const app = flags.text('app') ?? null;
  const limits: Partial<KeyLimits> = {};
  const models = flags.text('models');
  if (models !== undefined) limits.models = listOf(models);
  const tools = flags.text('tools');
  if (tools !== undefined) limits.tools = listOf(tools);
  const rpm = flags.whole('rpm', 1, 1_000_000);
  if (rpm !== undefined) limits.requestsPerMinute = rpm;
  const tpm = flags.whole('tpm', 1, 1_000_000_000);
  if (tpm !== undefined) limits.tokensPerMinute = tpm;
  const most = flags.whole('max-tokens', 1, 1_000_000);
  if (most !== undefined) limits.maxTokens = most;
  const days = flags.whole('days', 1, 3650);
  if (days !== undefined) limits.expiresAt = context.now() + days * 86_400_000;
  const cache = flags.whole('cache', 1, 2_592_000);
  if (cache !== undefined) limits.cacheSeconds = cache;
  const drop = flags.text('may-drop');
  if (drop !== undefined) limits.mayDrop = listOf(drop);
  if (flags.on('log')) limits.logShare = 1;
  const guards = (['block', 'redact'] as const).flatMap((action) => {
    const pattern = flags.text(action);
    return pattern === undefined ? [] : [{ pattern, action }];
  });
  if (guards.length > 0) limits.guards = guards;
  const made = await context.control.call('aiKeys.create', {
    app,
    environment: flags.text('env') ?? null,
    limits,
    ...(name === undefined ? {} : { name }),
  });
  context.show(made, () => [
    `key ${made.key.id} (${made.key.name}), shown this once:`,
    made.secret,
    ...(app === null
      ? []
      : [
          `${app} finds it in OPENAI_API_KEY and ANTHROPIC_API_KEY from its next start: \`windlass restart ${app}\``,
        ]),
  ]);
  return 0;
}
