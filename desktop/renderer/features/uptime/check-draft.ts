/** What a person types for a check, and the check it makes. Pure. */

import { type CheckSettings, checkSettings, type TargetKind } from '../../../../shared/uptime/check.ts';

export type DraftKind = Exclude<TargetKind, 'app' | 'instances' | 'cron'>;

export interface Draft {
  readonly name: string;
  readonly kind: DraftKind;
  /** An address for http and websocket, a host or name for the others. */
  readonly address: string;
  readonly port: string;
  /** What the answer must contain. */
  readonly contains: string;
  readonly password: string;
  readonly everySeconds: string;
  readonly failures: string;
  readonly allowPrivate: boolean;
}

export const kinds: readonly { value: DraftKind; label: string; port?: string; contains?: string }[] = [
  { value: 'http', label: 'Web page', contains: 'The page must contain' },
  { value: 'tcp', label: 'Port', port: '22', contains: 'Its greeting must contain' },
  { value: 'tls', label: 'Certificate', port: '443' },
  { value: 'ping', label: 'Ping' },
  { value: 'dns', label: 'DNS', contains: 'One answer must contain' },
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
  contains: '',
  password: '',
  everySeconds: '60',
  failures: '3',
  allowPrivate: false,
};

/** A check as a person can change it here; null for kinds that are not made by hand. */
export function draftOf(check: CheckSettings): Draft | null {
  const { target } = check;
  if (target.kind === 'app' || target.kind === 'instances' || target.kind === 'cron') return null;
  return {
    ...emptyDraft,
    name: check.name,
    kind: target.kind,
    address:
      'url' in target ? target.url : 'host' in target ? target.host : 'name' in target ? target.name : '',
    port: 'port' in target ? String(target.port) : '',
    contains:
      target.kind === 'http'
        ? (target.expect.contains ?? '')
        : 'contains' in target
          ? (target.contains ?? '')
          : '',
    password: target.kind === 'redis' ? (target.password ?? '') : '',
    everySeconds: String(check.everySeconds),
    failures: String(check.failures),
    allowPrivate: check.allowPrivate,
  };
}

/** The settings, or what is wrong with the draft in words. `before`: what is changed by it, and keeps the rest. */
export function settingsOf(
  draft: Draft,
  before?: CheckSettings,
): { settings: CheckSettings } | { wrong: string } {
  const parsed = checkSettings.safeParse({
    ...before,
    name: draft.name.trim(),
    target: targetOf(draft, before?.target),
    everySeconds: Number(draft.everySeconds),
    failures: Number(draft.failures),
    timeoutSeconds: Math.min(10, Number(draft.everySeconds)),
    allowPrivate: draft.allowPrivate,
  });
  if (parsed.success) return { settings: parsed.data };
  const field = String(parsed.error.issues[0]?.path.at(-1) ?? 'name');
  return { wrong: wrongs[field] ?? `${field} does not fit` };
}

const wrongs: Readonly<Record<string, string>> = {
  name: 'A check needs a name',
  url: 'The address starts with https:// or http://, for WebSockets with wss:// or ws://',
  host: 'The host is a name or an address, without https://',
  port: 'The port is a number from 1 to 65535',
  everySeconds: 'The interval is 5 seconds at least',
  failures: 'Between 1 and 20 bad results make it down',
};

function targetOf(draft: Draft, before?: CheckSettings['target']): object {
  const target = ownTarget(draft);
  if (before?.kind !== draft.kind) return target;
  const wanted = draft.contains === '' ? {} : { contains: draft.contains };
  const kept = withoutContains(
    before.kind === 'http' ? { ...before, expect: { ...withoutContains(before.expect), ...wanted } } : before,
  );
  return draft.kind === 'http' ? { ...kept, url: draft.address.trim() } : { ...kept, ...target };
}

function withoutContains<T extends object>(from: T): T {
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== 'contains')) as T;
}

function ownTarget({ kind, address, port, contains, password }: Draft): object {
  const place = {
    host: address.trim(),
    port: Number(port || (kinds.find(({ value }) => value === kind)?.port ?? 0)),
  };
  const wanted = contains === '' ? {} : { contains };
  switch (kind) {
    case 'http':
      return { kind, url: address.trim(), expect: { status: '200-399', ...wanted } };
    case 'websocket':
      return { kind, url: address.trim() };
    case 'tcp':
      return { kind, ...place, ...wanted };
    case 'dns':
      return { kind, name: address.trim(), ...wanted };
    case 'ping':
      return { kind, host: place.host };
    case 'redis':
      return { kind, ...place, ...(password === '' ? {} : { password }) };
    case 'tls':
    case 'postgres':
    case 'mysql':
      return { kind, ...place };
    case 'push':
      return { kind };
  }
}
