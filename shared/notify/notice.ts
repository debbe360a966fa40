/** A notice as it is shown and sent, and how much one matters compared with another. */

import * as z from 'zod/mini';

export const severities = ['info', 'warning', 'critical'] as const;
export const severity = z.enum(severities);
export type Severity = z.infer<typeof severity>;

/** `server/kernel/notice.ts` says what each part means. */
export const notice = z.object({
  kind: z.string(),
  subject: z.string(),
  state: z.enum(['news', 'opened', 'resolved']),
  severity,
  app: z.nullable(z.string()),
  environment: z.nullable(z.string()),
  release: z.nullable(z.number()),
  title: z.string(),
  text: z.string(),
  at: z.number(),
});
export type NoticeShown = z.infer<typeof notice>;

export function atLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}
