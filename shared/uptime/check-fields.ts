/** What can be set of a check beside its name and where it looks: what forms draw, flags take, and a line that explains each. */

import type { TargetKind } from './check.ts';

export interface CheckField {
  /** In drafts, and as a flag of `windlass checks`. */
  readonly name: string;
  readonly label: string;
  readonly labels?: Partial<Record<TargetKind, string>>;
  /** What it does, and what an empty one means. */
  readonly hint: string;
  /** Where it stands in a check's settings, by the kinds it fits. */
  readonly at: Partial<Record<TargetKind, string>>;
  readonly type: 'text' | 'lines' | 'headers' | 'number' | 'choice' | 'tick' | 'check' | 'secret';
  readonly choices?: readonly string[];
  /** What an empty field stands for. */
  readonly usual?: string;
  /** Seen at once; the others are for those who look for them. */
  readonly first?: true;
}

const asked = ['http', 'tcp', 'tls', 'ping', 'dns', 'websocket', 'postgres', 'mysql', 'redis'] as const;
const inside = ['app', 'instances'] as const;
const waited = ['push', 'cron'] as const;
const all = [...asked, ...inside, ...waited];
const of = (kinds: readonly TargetKind[], path: string): CheckField['at'] =>
  Object.fromEntries(kinds.map((kind) => [kind, path]));

export const checkFields: readonly CheckField[] = [
  {
    name: 'expect',
    label: 'The answer must contain',
    labels: {
      http: 'The page must contain',
      tcp: 'Its greeting must contain',
      dns: 'One answer must contain',
    },
    hint: 'Upper and lower case count. Empty: anything will do.',
    at: { http: 'target.expect.contains', ...of(['tcp', 'dns', 'websocket'], 'target.contains') },
    type: 'text',
    first: true,
  },
  {
    name: 'password',
    label: 'Password',
    hint: 'Sealed on the server. Without one, it is only seen whether Redis asks for it.',
    at: of(['http', 'redis'], 'target.password'),
    type: 'secret',
  },
  {
    name: 'user',
    label: 'User',
    hint: 'Of a page behind a password (HTTP Basic), or in the start-up message of PostgreSQL; nobody logs in there.',
    at: of(['http', 'postgres'], 'target.user'),
    type: 'text',
  },
  {
    name: 'method',
    label: 'Method',
    hint: 'How the page is asked for. HEAD brings no body to look into.',
    at: { http: 'target.method' },
    type: 'choice',
    choices: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    usual: 'GET',
  },
  {
    name: 'headers',
    label: 'Headers',
    hint: 'One a line: Accept: application/json',
    at: { http: 'target.headers' },
    type: 'headers',
  },
  {
    name: 'body',
    label: 'Body',
    hint: 'Sent as it is; say what it is in a Content-Type header.',
    at: { http: 'target.body' },
    type: 'lines',
  },
  {
    name: 'follow',
    label: 'Follow redirects',
    hint: 'Otherwise the redirect itself is the answer that is judged.',
    at: { http: 'target.follow' },
    type: 'tick',
  },
  {
    name: 'status',
    label: 'Status',
    hint: 'Good ones: 200, 200-299 or 301,302.',
    at: { http: 'target.expect.status' },
    type: 'text',
    usual: '200-399',
  },
  {
    name: 'lacks',
    label: 'The page must not contain',
    hint: 'An error message that is answered with status 200, say.',
    at: { http: 'target.expect.lacks' },
    type: 'text',
  },
  {
    name: 'json-path',
    label: 'JSON path',
    hint: 'Where to look in a JSON answer, as in status.databases[0].state; needs the value beside it.',
    at: { http: 'target.expect.json.path' },
    type: 'text',
  },
  {
    name: 'json-equals',
    label: 'Value at the JSON path',
    hint: 'What must stand there, exactly: ok, 3 or true.',
    at: { http: 'target.expect.json.equals' },
    type: 'text',
  },
  {
    name: 'within',
    label: 'Answer within, ms',
    hint: 'A slower answer is a bad one. Empty: only the timeout counts.',
    at: { http: 'target.expect.withinMs' },
    type: 'number',
  },
  {
    name: 'cert-days',
    label: 'Days the certificate must still be good',
    hint: 'Bad before it ends, so that there is time to renew it; 14 leaves two weeks.',
    at: { http: 'target.expect.certificateDays', tls: 'target.days' },
    type: 'number',
  },
  {
    name: 'issuer',
    label: 'Issuer of the certificate',
    hint: "Part of its name: Let's Encrypt. Another issuer is a bad result.",
    at: { http: 'target.expect.issuer', tls: 'target.issuer' },
    type: 'text',
  },
  {
    name: 'ca',
    label: 'Certificate authority',
    hint: 'PEM text of your own authority. Empty: those that everybody trusts.',
    at: of(['http', 'tls'], 'target.ca'),
    type: 'lines',
  },
  {
    name: 'send',
    label: 'Send',
    hint: 'Text sent once it is connected, before anything is expected.',
    at: of(['tcp', 'websocket'], 'target.send'),
    type: 'text',
  },
  {
    name: 'record',
    label: 'Record',
    hint: 'Which kind of record is looked up.',
    at: { dns: 'target.type' },
    type: 'choice',
    choices: ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SRV', 'CAA'],
    usual: 'A',
  },
  {
    name: 'resolver',
    label: 'Resolver',
    hint: "Who is asked: 192.0.2.53, or with a port 192.0.2.53:5353. Empty: the server's own.",
    at: { dns: 'target.server' },
    type: 'text',
  },
  {
    name: 'every',
    label: 'Every so many seconds',
    hint: '5 seconds at least. For what is waited for: how long it may stay away.',
    at: of(all, 'everySeconds'),
    type: 'number',
    usual: '60',
    first: true,
  },
  {
    name: 'timeout',
    label: 'Timeout, seconds',
    hint: 'How long one attempt may take, 1 to 60 and no more than the interval. Empty: 10.',
    at: of([...asked, ...inside], 'timeoutSeconds'),
    type: 'number',
  },
  {
    name: 'failures',
    label: 'Down after so many bad results in a row',
    hint: '1 to 20: after a bad one it is tried again soon, so 3 means two retries before people are told.',
    at: of([...asked, ...inside], 'failures'),
    type: 'number',
    usual: '3',
    first: true,
  },
  {
    name: 'successes',
    label: 'Up again after so many good results in a row',
    hint: '1 to 20: more keeps what comes and goes from being told as over each time.',
    at: of([...asked, ...inside], 'successes'),
    type: 'number',
    usual: '2',
  },
  {
    name: 'depends-on',
    label: 'Depends on',
    hint: 'The name of another check: while that one is down, nobody is told that this one is. Empty: of none.',
    at: of(all, 'dependsOn'),
    type: 'check',
  },
  {
    name: 'confirm',
    label: 'Confirmed from outside within, minutes',
    hint: 'People are told once a desktop or another vantage point finds it down too, or after 1 to 60 minutes. Empty: at once.',
    at: of(['app', 'http'], 'confirmMinutes'),
    type: 'number',
  },
  {
    name: 'severity',
    label: 'How bad it is',
    hint: 'What rules for notifications choose by: critical hurts now, a warning can wait.',
    at: of(all, 'severity'),
    type: 'choice',
    choices: ['warning', 'critical'],
    usual: 'critical',
  },
  {
    name: 'private',
    label: 'May reach private addresses',
    hint: 'Needed for what is inside your own network.',
    at: of(asked, 'allowPrivate'),
    type: 'tick',
    first: true,
  },
];

/** The fields that fit a kind. */
export function fieldsOf(kind: TargetKind): CheckField[] {
  return checkFields.filter(({ at }) => at[kind] !== undefined);
}
