/** How the proxy's own pages look: quiet, small, without anything to load. */

export interface PageText {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** HTML below the text. */
  readonly form?: string;
  /** Runs in the page. */
  readonly script?: string;
}

/** Whole HTML, ASCII where its parts are. */
export function pageFrame({ status, title, text, form = '', script }: PageText): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #6b7280; --paper: #fafaf8; --line: #e3e3de }
@media (prefers-color-scheme: dark) { :root { --ink: #ececea; --soft: #9a9da3; --paper: #16181b; --line: #2c2f34 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 16px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { padding: 2rem; max-width: 27rem }
p { margin: 0; color: var(--soft) }
h1 { margin: .2rem 0 .6rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; text-wrap: balance }
.status { font: 500 .8125rem/1 ui-monospace, SFMono-Regular, Menlo, monospace; letter-spacing: .08em;
  padding-bottom: 1rem; margin-bottom: 1.2rem; border-bottom: 1px solid var(--line) }
form { display: grid; gap: .6rem; margin-top: 1.2rem }
input, button { font: inherit; color: inherit; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .4rem;
  background: transparent }
button { background: var(--ink); color: var(--paper); border-color: var(--ink); cursor: pointer }
</style>
<main>
<p class="status">${status}</p>
<h1>${title}</h1>
<p>${text}</p>
${form}</main>
${script === undefined ? '' : `<script>${script}</script>\n`}`;
}
