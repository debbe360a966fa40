/** What a person types for a check, and the check it makes. Pure. */

import type { CheckSettings, Target, TargetKind } from '../../../../shared/uptime/check.ts';
import { checkFields } from '../../../../shared/uptime/check-fields.ts';
import { type FieldTexts, formed, type Named, textsOf } from '../../../../shared/uptime/check-form.ts';

export interface Draft {
  readonly name: string;
  readonly kind: TargetKind;
  /** An address for http and websocket, a host or name for the others. */
  readonly address: string;
  readonly port: string;
  /** The other fields, by their names. */
  readonly more: FieldTexts;
}

/** Those that are made by hand. */
export const kinds: readonly { value: TargetKind; label: string; port?: string }[] = [
  { value: 'http', label: 'Web page' },
  { value: 'tcp', label: 'Port', port: '22' },
  { value: 'tls', label: 'Certificate', port: '443' },
  { value: 'ping', label: 'Ping' },
  { value: 'dns', label: 'DNS' },
  { value: 'websocket', label: 'WebSocket' },
  { value: 'postgres', label: 'PostgreSQL', port: '5432' },
  { value: 'mysql', label: 'MySQL', port: '3306' },
  { value: 'redis', label: 'Redis', port: '6379' },
  { value: 'push', label: 'Push' },
];

export const emptyDraft: Draft = {
  name: '',
  kind: 'http',
  address: '',
  port: '',
  more: Object.fromEntries(checkFields.map(({ name, usual }) => [name, usual ?? ''])),
};

/** A check as a person can change it. */
export function draftOf(check: CheckSettings, others: readonly Named[]): Draft {
  const { name, target } = check;
  const address = addressField(target.kind);
  return {
    name,
    kind: target.kind,
    address: address === null ? '' : String(Reflect.get(target, address)),
    port: 'port' in target ? String(target.port) : '',
    more: textsOf(check, others),
  };
}

/** Where a check looks, as the contract calls it; null for what a person does not choose. */
export function addressField(kind: TargetKind): 'url' | 'host' | 'name' | null {
  switch (kind) {
    case 'http':
    case 'websocket':
      return 'url';
    case 'dns':
      return 'name';
    case 'tcp':
    case 'tls':
    case 'ping':
    case 'postgres':
    case 'mysql':
    case 'redis':
      return 'host';
    case 'push':
    case 'app':
    case 'instances':
    case 'cron':
      return null;
  }
}

/** The settings, or what is wrong with the draft in words. `before`: what is changed by it, and keeps the rest. */
export function settingsOf(
  draft: Draft,
  others: readonly Named[],
  before?: CheckSettings,
): { settings: CheckSettings } | { wrong: string } {
  const target = { ...(before?.target.kind === draft.kind ? before.target : {}), ...placeOf(draft) };
  const made = formed({ ...before, name: draft.name.trim(), target }, draft.more, others);
  if (made.kind === 'formed') return { settings: made.settings };
  if (made.field !== null) return { wrong: `“${made.field.label}” does not fit. ${made.field.hint}` };
  return { wrong: wrongs[made.at] ?? `${made.at} does not fit` };
}

const wrongs: Readonly<Record<string, string>> = {
  name: 'A check needs a name',
  'target.url': 'The address starts with https:// or http://, for WebSockets with wss:// or ws://',
  'target.host': 'The host is a name or an address, without https://',
  'target.name': 'Which name is looked up?',
  'target.port': 'The port is a number from 1 to 65535',
};

function placeOf({ kind, address, port }: Draft): Pick<Target, 'kind'> {
  const field = addressField(kind);
  const usual = kinds.find(({ value }) => value === kind)?.port;
  return {
    kind,
    ...(field === null ? {} : { [field]: address.trim() }),
    ...(usual === undefined ? {} : { port: Number(port || usual) }),
  };
}
