/** Sends one message through one channel. Everything that is needed for it is loaded at the first. */

import type { ChannelKind, Settings } from '../../shared/notify/channel-kinds.ts';
import type { Mail } from './channels/email.ts';
import { type ChannelRequest, headline, type Message, whereabouts } from './message.ts';
import { mailOutcome, type Outcome, outcomeOf } from './outcome.ts';

export interface OpenChannel {
  readonly kind: ChannelKind;
  readonly settings: Readonly<Record<string, string>>;
}

const timeoutMs = 15_000;
const answerBytes = 4096;

/** Never rejects for what the other side or the network does. */
export async function send(channel: OpenChannel, message: Message, now: () => number): Promise<Outcome> {
  if (channel.kind === 'email') {
    return mail(channel.settings as Settings<'email'>, {
      id: message.id,
      subject: headline(message.notice),
      text: `${message.notice.text}\n\n${whereabouts(message)}\n`,
    });
  }
  const request = await requestFor(channel.kind, channel.settings, message, now());
  return post(channel.kind, request, now);
}

export async function mail(settings: Settings<'email'>, content: Mail): Promise<Outcome> {
  const { sendMail } = await import('./channels/email.ts');
  try {
    return { kind: 'sent', answer: await sendMail(settings, content) };
  } catch (error) {
    return mailOutcome(error);
  }
}

async function requestFor(
  kind: Exclude<ChannelKind, 'email'>,
  settings: Readonly<Record<string, string>>,
  message: Message,
  now: number,
): Promise<ChannelRequest> {
  switch (kind) {
    case 'webhook': {
      const { request } = await import('./channels/webhook.ts');
      return request(message, settings as Settings<'webhook'>, now);
    }
    case 'slack':
      return (await import('./channels/slack.ts')).request(message, settings as Settings<'slack'>);
    case 'discord':
      return (await import('./channels/discord.ts')).request(message, settings as Settings<'discord'>);
    case 'telegram':
      return (await import('./channels/telegram.ts')).request(message, settings as Settings<'telegram'>);
    case 'teams':
      return (await import('./channels/teams.ts')).request(message, settings as Settings<'teams'>);
    case 'ntfy':
      return (await import('./channels/ntfy.ts')).request(message, settings as Settings<'ntfy'>);
    case 'pagerduty':
      return (await import('./channels/pagerduty.ts')).request(message, settings as Settings<'pagerduty'>);
    case 'opsgenie':
      return (await import('./channels/opsgenie.ts')).request(message, settings as Settings<'opsgenie'>);
    case 'gotify':
      return (await import('./channels/gotify.ts')).request(message, settings as Settings<'gotify'>);
    case 'pushover':
      return (await import('./channels/pushover.ts')).request(message, settings as Settings<'pushover'>);
  }
}

async function post(kind: ChannelKind, request: ChannelRequest, now: () => number): Promise<Outcome> {
  const { url, headers, body } = request;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'User-Agent': 'Windlass', ...headers },
      body,
      // Elsewhere the signature and the key would be read by whom they were not meant for.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await start(answer);
    return outcomeOf(
      kind,
      { status: answer.status, body: text, retryAfter: answer.headers.get('retry-after') },
      now(),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'later', answer: why, waitMs: null };
  }
}

/** The first bytes of the body; the rest is not read. */
async function start(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  for (let read = 0; read < answerBytes; ) {
    const { done, value } = await reader.read();
    if (done) break;
    read += value.length;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, 500).trim();
}
