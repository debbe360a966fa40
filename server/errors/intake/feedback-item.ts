/** What people wrote about an error: feedback of today's SDKs, user reports of older ones, the form of an error page. */

import { hexId, objectOf, textOf } from '../event/text.ts';
import type { ItemContext } from './context.ts';

interface Feedback {
  readonly id: string;
  readonly event: string | null;
  readonly replay: string | null;
  readonly name: string;
  readonly email: string;
  readonly message: string;
  readonly url: string;
}

const longest = 4096;

/** An event with `contexts.feedback`. */
export function readFeedback(raw: unknown, id: string | null): Feedback | null {
  const event = objectOf(raw);
  const feedback = objectOf(objectOf(event.contexts).feedback);
  const message = textOf(feedback.message, longest);
  if (message === '') return null;
  return {
    id: id ?? hexId(event.event_id) ?? crypto.randomUUID().replaceAll('-', ''),
    event: hexId(feedback.associated_event_id),
    replay: hexId(feedback.replay_id),
    name: textOf(feedback.name, 200),
    email: textOf(feedback.contact_email, 200),
    message,
    url: textOf(feedback.url, 1000),
  };
}

/** `{event_id, name, email, comments}`. */
export function readUserReport(raw: unknown): Feedback | null {
  const report = objectOf(raw);
  const message = textOf(report.comments, longest);
  const event = hexId(report.event_id);
  if (message === '' || event === null) return null;
  const [name, email] = [textOf(report.name, 200), textOf(report.email, 200)];
  return { id: crypto.randomUUID().replaceAll('-', ''), event, replay: null, name, email, message, url: '' };
}

export function takeFeedback({ stores, project, now }: ItemContext, given: Feedback): string {
  const { id, event, replay, name, email, message, url } = given;
  stores.index
    .query(
      `INSERT OR IGNORE INTO feedback (id, project, at, event, replay, issue, name, email, message, url)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      id,
      project.id,
      now,
      event,
      replay,
      event === null ? null : stores.issueOf(event),
      name,
      email,
      message,
      url,
    );
  return id;
}
