/** The settings of a check as flags: one for every field of the contract, and what they make together. */

import type { CheckSettings, Target } from '../../../shared/uptime/check.ts';
import { type CheckField, checkFields, fieldsOf } from '../../../shared/uptime/check-fields.ts';
import { formed, type Named } from '../../../shared/uptime/check-form.ts';
import { UsageError } from '../usage-error.ts';
import type { Flag, VerbContext } from '../verb.ts';

export const checkFlags: readonly Flag[] = checkFields.flatMap((field): Flag[] => {
  const summary = `${field.label}. ${field.hint}`;
  if (field.type === 'tick') {
    return [
      { name: field.name, summary },
      { name: `no-${field.name}`, summary: `edit: no longer --${field.name}` },
    ];
  }
  const { choices } = field;
  return [
    {
      name: field.name,
      value: valueName(field),
      summary,
      ...(choices === undefined ? {} : { completes: choices }),
    },
  ];
});

/** `base` with what the flags say; throws `UsageError` for what does not fit its kind, or is no value. */
export async function checkGiven(
  context: VerbContext,
  base: Partial<CheckSettings> & { readonly target: Target },
  others: readonly Named[],
): Promise<CheckSettings> {
  const { kind } = base.target;
  const fitting = new Set(fieldsOf(kind).map(({ name }) => name));
  const texts: Record<string, string> = {};
  let fromStdin: string | undefined;
  for (const field of checkFields) {
    let text = given(context, field);
    if (text === undefined) continue;
    if (!fitting.has(field.name)) {
      throw new UsageError(
        `--${field.name} does not fit a check of the kind ${kind}`,
        `These do: ${[...fitting].map((name) => `--${name}`).join(', ')}.`,
      );
    }
    if (field.type === 'secret' && text !== '-' && text !== '') {
      throw new UsageError(
        `--${field.name} is read from stdin: --${field.name} -`,
        'A process list shows the rest.',
      );
    }
    if (text === '-' && readable.has(field.type)) {
      if (fromStdin !== undefined) {
        throw new UsageError(`stdin holds one value, and both --${fromStdin} and --${field.name} want it`);
      }
      fromStdin = field.name;
      text = (await context.io.stdin.text()).replace(/\r?\n$/, '');
    }
    texts[field.name] = text;
  }
  const made = formed(base, texts, others);
  if (made.kind === 'formed') return made.settings;
  if (made.field === null) throw new UsageError(`${made.at} does not fit`, 'See `windlass help checks`.');
  throw new UsageError(`--${made.field.name} does not fit`, made.field.hint);
}

const readable: ReadonlySet<CheckField['type']> = new Set(['lines', 'headers', 'secret']);

function given({ flags }: VerbContext, { name, type }: CheckField): string | undefined {
  if (type !== 'tick') return flags.text(name);
  return flags.on(`no-${name}`) ? '' : flags.on(name) ? 'yes' : undefined;
}

function valueName({ type, choices }: CheckField): string {
  switch (type) {
    case 'number':
      return 'N';
    case 'check':
      return 'NAME';
    case 'choice':
      return choices?.join('|') ?? 'TEXT';
    case 'secret':
      return '-';
    case 'lines':
    case 'headers':
    case 'text':
    case 'tick':
      return 'TEXT';
  }
}
