/** Every kind of channel with the settings it takes: what forms draw, what the server parses, and where each is explained. */

export interface ChannelField {
  readonly name: string;
  readonly label: string;
  /** Where to find it, or what it does. */
  readonly hint: string;
  /** Sealed at rest and never shown again. */
  readonly secret?: true;
  readonly optional?: true;
  readonly type?: 'text' | 'url' | 'port' | 'lines';
  readonly choices?: readonly string[];
  /** What an empty field stands for. */
  readonly usual?: string;
}

export const channelKinds = [
  {
    kind: 'email',
    title: 'E-mail',
    about: 'Through the SMTP server of your mail provider.',
    fields: [
      { name: 'host', label: 'SMTP server', hint: 'For example smtp.example.com.' },
      {
        name: 'port',
        label: 'Port',
        hint: '587 for STARTTLS, 465 for TLS.',
        type: 'port',
        usual: '587',
        optional: true,
      },
      {
        name: 'security',
        label: 'Encryption',
        hint: 'STARTTLS is demanded, not only tried. "none" sends the password in the clear.',
        choices: ['starttls', 'tls', 'none'],
        usual: 'starttls',
        optional: true,
      },
      { name: 'user', label: 'User', hint: 'Empty where the server asks for none.', optional: true },
      {
        name: 'password',
        label: 'Password',
        hint: 'Often an app password made for this.',
        secret: true,
        optional: true,
      },
      { name: 'from', label: 'From', hint: 'For example Windlass <alerts@example.com>.' },
      { name: 'to', label: 'To', hint: 'One or more addresses with commas between them.' },
      {
        name: 'ca',
        label: 'Certificate authority',
        hint: 'PEM text, where the server has a certificate of your own authority.',
        type: 'lines',
        optional: true,
      },
    ],
  },
  {
    kind: 'webhook',
    title: 'Webhook',
    about: 'A signed POST to an address of yours; docs/webhooks.md says how to check it.',
    fields: [
      { name: 'url', label: 'Address', hint: 'For example https://example.com/hooks/windlass.', type: 'url' },
      {
        name: 'secret',
        label: 'Signing secret',
        hint: 'whsec_ and base64 of 24 to 64 bytes.',
        secret: true,
      },
    ],
  },
  {
    kind: 'slack',
    title: 'Slack',
    about: 'An incoming webhook of a Slack app.',
    fields: [
      {
        name: 'url',
        label: 'Webhook address',
        hint: 'Under Incoming Webhooks of your Slack app: https://hooks.slack.com/services/…',
        type: 'url',
        secret: true,
      },
    ],
  },
  {
    kind: 'discord',
    title: 'Discord',
    about: 'A webhook of a channel.',
    fields: [
      {
        name: 'url',
        label: 'Webhook address',
        hint: 'Channel settings, Integrations, Webhooks: https://discord.com/api/webhooks/…',
        type: 'url',
        secret: true,
      },
    ],
  },
  {
    kind: 'telegram',
    title: 'Telegram',
    about: 'A bot of yours writes to a chat.',
    fields: [
      { name: 'token', label: 'Bot token', hint: 'From @BotFather: 123456:ABC…', secret: true },
      { name: 'chat', label: 'Chat id', hint: 'A number, or @channelname. The bot must be a member.' },
      {
        name: 'api',
        label: 'Bot API server',
        hint: 'Only where you run your own.',
        type: 'url',
        usual: 'https://api.telegram.org',
        optional: true,
      },
    ],
  },
  {
    kind: 'teams',
    title: 'Microsoft Teams',
    about: 'A workflow "when a Teams webhook request is received".',
    fields: [
      {
        name: 'url',
        label: 'Workflow address',
        hint: 'Shown once the workflow is saved.',
        type: 'url',
        secret: true,
      },
    ],
  },
  {
    kind: 'ntfy',
    title: 'ntfy',
    about: 'Push to phones through ntfy.sh or a server of your own.',
    fields: [
      {
        name: 'server',
        label: 'Server',
        hint: 'ntfy.sh or your own.',
        type: 'url',
        usual: 'https://ntfy.sh',
        optional: true,
      },
      { name: 'topic', label: 'Topic', hint: 'Whoever knows it can read it, so make it long.' },
      {
        name: 'token',
        label: 'Access token',
        hint: 'Where the topic is protected: tk_…',
        secret: true,
        optional: true,
      },
    ],
  },
  {
    kind: 'pagerduty',
    title: 'PagerDuty',
    about: 'Events API v2; what is resolved here is resolved there.',
    fields: [
      {
        name: 'routingKey',
        label: 'Integration key',
        hint: 'Of an Events API v2 integration of the service.',
        secret: true,
      },
      {
        name: 'api',
        label: 'Events server',
        hint: 'https://events.eu.pagerduty.com in the EU.',
        type: 'url',
        usual: 'https://events.pagerduty.com',
        optional: true,
      },
    ],
  },
  {
    kind: 'opsgenie',
    title: 'Opsgenie',
    about: 'Alerts by API; what is resolved here is closed there.',
    fields: [
      { name: 'apiKey', label: 'API key', hint: 'Of an API integration of the team.', secret: true },
      {
        name: 'api',
        label: 'API server',
        hint: 'https://api.eu.opsgenie.com in the EU.',
        type: 'url',
        usual: 'https://api.opsgenie.com',
        optional: true,
      },
    ],
  },
  {
    kind: 'gotify',
    title: 'Gotify',
    about: 'A Gotify server of your own.',
    fields: [
      { name: 'server', label: 'Server', hint: 'For example https://gotify.example.com.', type: 'url' },
      { name: 'token', label: 'Application token', hint: 'Under Apps of your Gotify.', secret: true },
    ],
  },
  {
    kind: 'pushover',
    title: 'Pushover',
    about: 'Push to phones through Pushover.',
    fields: [
      { name: 'token', label: 'Application token', hint: 'Of an application you register.', secret: true },
      { name: 'user', label: 'User or group key', hint: 'On your dashboard.', secret: true },
      {
        name: 'api',
        label: 'API server',
        hint: 'Only for a stand-in.',
        type: 'url',
        usual: 'https://api.pushover.net',
        optional: true,
      },
    ],
  },
] as const satisfies readonly {
  kind: string;
  title: string;
  about: string;
  fields: readonly ChannelField[];
}[];

export type ChannelKind = (typeof channelKinds)[number]['kind'];
/** Settings as they are stored and given to a channel: every field there, the usual in place of an empty one. */
export type Settings<K extends ChannelKind> = Readonly<
  Record<Extract<(typeof channelKinds)[number], { kind: K }>['fields'][number]['name'], string>
>;

export function fieldsOf(kind: ChannelKind): readonly ChannelField[] {
  return channelKinds.find((each) => each.kind === kind)?.fields ?? [];
}

/** The settings made whole, or what is wrong with which field. Unknown fields are an error. */
export function readSettings(
  kind: ChannelKind,
  given: Readonly<Record<string, string>>,
): { kind: 'fine'; settings: Record<string, string> } | { kind: 'wrong'; field: string; why: string } {
  const fields = fieldsOf(kind);
  const stray = Object.keys(given).find((name) => !fields.some((field) => field.name === name));
  if (stray !== undefined) return { kind: 'wrong', field: stray, why: `${kind} has no such setting` };
  const settings: Record<string, string> = {};
  for (const field of fields) {
    const value = (given[field.name] ?? '').trim() || (field.usual ?? '');
    const why = wrong(field, value);
    if (why !== null) return { kind: 'wrong', field: field.name, why };
    settings[field.name] = field.type === 'url' ? value.replace(/\/+$/, '') : value;
  }
  if (kind === 'webhook' && !isSigningSecret(settings.secret ?? '')) {
    return { kind: 'wrong', field: 'secret', why: 'it is whsec_ and base64 of 24 to 64 bytes' };
  }
  return { kind: 'fine', settings };
}

function wrong(field: ChannelField, value: string): string | null {
  if (value === '') return field.optional ? null : 'it is needed';
  if (value.length > 8192) return 'it is longer than 8192 characters';
  if (field.type !== 'lines' && /[\r\n\0]/.test(value)) return 'it has a line break';
  if (field.choices !== undefined && !field.choices.includes(value)) {
    return `it is one of ${field.choices.join(', ')}`;
  }
  if (field.type === 'port' && !(/^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536)) {
    return 'it is a number from 1 to 65535';
  }
  if (field.type === 'url' && !/^https?:\/\/[^\s/]+/.test(value)) {
    return 'it starts with https:// or http://';
  }
  return null;
}

function isSigningSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64 === undefined) return false;
  const bytes = Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
  return bytes >= 24 && bytes <= 64;
}
