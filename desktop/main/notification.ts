/** A notification of the system; a click on it opens the view it is about, and nothing else. */

import type { NotificationConstructorOptions } from 'electron';
import * as z from 'zod/mini';
import { WindlassError } from '../../shared/errors.ts';
import { isView } from './deep-link.ts';

const words = z.object({
  title: z.string().check(z.minLength(1), z.maxLength(120)),
  body: z.string().check(z.maxLength(400)),
  view: z.string().check(z.maxLength(300)),
});

interface Shown {
  on(event: 'click', listener: () => void): unknown;
  show(): void;
}

export function notifier(
  make: (options: NotificationConstructorOptions) => Shown,
  openView: (path: string) => void,
): (given: unknown) => void {
  return (given) => {
    const parsed = words.safeParse(given);
    if (!parsed.success || !isView(parsed.data.view)) {
      throw new WindlassError('invalid', 'a notification has a title, a text and a view');
    }
    const { title, body, view } = parsed.data;
    const shown = make({ title, body });
    shown.on('click', () => openView(view));
    shown.show();
  };
}
