/** Where a person with a browser enters a password. Programs are asked for it by Basic authentication instead. */

import { pageFrame } from '../page-frame.ts';

export interface PasswordPage {
  /** Whether a name has to go with it. */
  readonly asksName: boolean;
  /** Where to go on to: a path of this site. */
  readonly to: string;
  /** What to say in place of the usual. */
  readonly text?: string;
}

/** Whole HTML, ASCII. */
export function passwordPage({ asksName, to, text }: PasswordPage): string {
  const name = asksName
    ? '<input name="name" autocomplete="username" placeholder="Name" aria-label="Name" required>'
    : '';
  return pageFrame({
    status: 401,
    title: 'A password is needed',
    text: text ?? 'This site is not public. Enter the password you were given.',
    form: `<form method="post" action="/.windlass/unlock">
<input type="hidden" name="to" value="${escaped(to)}">
${name}<input name="password" type="password" autocomplete="current-password" placeholder="Password" aria-label="Password" required autofocus>
<button>Go on</button>
</form>`,
  });
}

function escaped(text: string): string {
  return text.replace(/[^\w/.~?=-]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
