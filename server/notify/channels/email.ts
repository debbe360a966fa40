/** E-mail through a person's SMTP server. STARTTLS is demanded, never only tried. */

import { createTransport } from 'nodemailer';
import type { Settings } from '../../../shared/notify/channel-kinds.ts';

export interface Mail {
  /** Where the channel's own addressees are not meant. */
  readonly to?: string;
  readonly subject: string;
  readonly text: string;
  /** Becomes the Message-ID, the same at every attempt. */
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const timeoutMs = 20_000;

/** Resolves to the server's answer. Rejects with nodemailer's error, which has the answer's code as `responseCode`. */
export async function sendMail(settings: Settings<'email'>, mail: Mail): Promise<string> {
  const { host, port, security, user, password, from, to, ca } = settings;
  const transport = createTransport({
    host,
    port: Number(port),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === '' ? {} : { auth: { user, pass: password } }),
    ...(ca === '' ? {} : { tls: { ca } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Text is all we send: no file and no address is ever read for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await transport.sendMail({
      from,
      to: mail.to ?? to,
      subject: mail.subject,
      text: mail.text,
      messageId: `<${mail.id}@${host}>`,
      headers: { 'Auto-Submitted': 'auto-generated', ...mail.headers },
    });
    return sent.response;
  } finally {
    transport.close();
  }
}
