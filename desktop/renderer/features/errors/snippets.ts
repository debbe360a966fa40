/** How each kind of app is set up, with its own DSN filled in; for the current major of each SDK. Pure. */

import { browserSnippets } from './snippets-browser.ts';
import { serverSnippets } from './snippets-server.ts';

export interface Snippet {
  name: string;
  /** What the deployer calls such an app; empty where it is of no one kind. */
  presets: readonly string[];
  text: string;
}

/** Those of `preset` first. Apps on a server read the DSN from their environment; pages need it in their source. */
export function snippets(dsn: string, preset: string | null): Snippet[] {
  const all = [...browserSnippets(dsn), ...serverSnippets, ...others(dsn)];
  const fits = ({ presets }: Snippet) => preset !== null && presets.includes(preset);
  return [...all.filter(fits), ...all.filter((snippet) => !fits(snippet))];
}

function others(dsn: string): Snippet[] {
  return [
    {
      name: 'Security policy',
      presets: [],
      text: `Content-Security-Policy-Report-Only: default-src 'self'; report-uri ${reportUri(dsn)}`,
    },
    { name: 'A scheduled command', presets: [], text: 'sentry-cli monitors run nightly -- node tidy.js' },
  ];
}

function reportUri(dsn: string): string {
  const parts = /^(https?:\/\/)([^@]+)@([^/]+)\/\.windlass\/(\d+)$/.exec(dsn);
  return parts === null
    ? ''
    : `${parts[1]}${parts[3]}/.windlass/api/${parts[4]}/security/?sentry_key=${parts[2]}`;
}
