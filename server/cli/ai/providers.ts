/** `windlass ai providers`: list, add, test, remove. API keys come from stdin, never from the line. */

import { providerKind, providerKinds } from '../../../shared/gateway/contract.ts';
import { stateCell } from '../state-cell.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbContext } from '../verb.ts';
import { listOf } from './flags.ts';

export async function providers(context: VerbContext, words: readonly string[]): Promise<number> {
  const [action = 'list', name, third] = words;
  switch (action) {
    case 'list':
      return list(context);
    case 'add':
      return add(context, name, third ?? name);
    case 'test':
      return test(context, name, third);
    case 'remove':
      if (name === undefined) throw new UsageError('which one?', 'See `windlass ai providers`.');
      await context.control.call('aiProviders.remove', { name });
      context.show({}, () => [`${name} is gone, and its API keys with it`]);
      return 0;
    default:
      throw new UsageError(`\`ai providers\` cannot "${action}"`, 'It can list, add, test and remove.');
  }
}

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('aiProviders.list', {});
  const { style, width } = context;
  context.show(result, () => {
    if (result.providers.length === 0) {
      return ['no providers: `windlass ai providers add openai < key.txt` adds the first'];
    }
    const rows = result.providers.map((each) => [
      each.name,
      each.kind,
      stateCell(each.state.kind, style),
      String(each.secrets),
      each.models.join(', ') || 'its own',
      printable(each.state.message ?? each.baseUrl, style.colour),
    ]);
    const titles = ['name', 'kind', 'state', 'keys', 'models'].map((title) => ({ title }));
    return renderTable(
      [...titles, { title: 'address, or what it said', flexible: true }],
      rows,
      width,
      style.dim,
    );
  });
  return 0;
}

async function add(
  context: VerbContext,
  name: string | undefined,
  word: string | undefined,
): Promise<number> {
  const { flags, io } = context;
  const kind = providerKind.safeParse(word);
  if (name === undefined || !kind.success) {
    throw new UsageError('which kind of provider?', `There are ${providerKinds.join(', ')}.`);
  }
  const text = flags.on('no-key') ? '' : await io.stdin.text();
  const secrets = text.split(/\s+/).filter((line) => line !== '');
  if (secrets.length === 0 && !flags.on('no-key')) {
    throw new UsageError('stdin has no API key', 'Give it as `< key.txt`, one a line, or say --no-key.');
  }
  const models = flags.text('models');
  const url = flags.text('url');
  const result = await context.control.call('aiProviders.set', {
    name,
    kind: kind.data,
    secrets,
    models: models === undefined ? [] : listOf(models),
    private: flags.on('private') || kind.data === 'ollama',
    ...(url === undefined ? {} : { baseUrl: url }),
  });
  context.show(result, () => [
    `${name} is asked at ${result.provider.baseUrl}; \`windlass ai providers test ${name} MODEL\` tries it`,
  ]);
  return 0;
}

async function test(
  context: VerbContext,
  name: string | undefined,
  model: string | undefined,
): Promise<number> {
  if (name === undefined || model === undefined) throw new UsageError('which provider, and which model?');
  const result = await context.control.call('aiProviders.test', { name, model });
  const { style } = context;
  context.show(result, () => [`${name}: ${printable(result.message, style.colour)} (${result.ms} ms)`]);
  return result.ok ? 0 : 1;
}
