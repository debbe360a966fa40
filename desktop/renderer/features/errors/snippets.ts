/** How each kind of app is set up, with its own DSN filled in. Pure. */

export interface Snippet {
  name: string;
  text: string;
}

/** Apps on a server read the DSN from their environment; pages need it in their source. */
export function snippets(dsn: string): Snippet[] {
  return [
    {
      name: 'Node, Bun',
      text: "import * as Sentry from '@sentry/node';\nSentry.init({ tracesSampleRate: 0.1 }); // SENTRY_DSN is set",
    },
    {
      name: 'React, Vue, Svelte, plain pages',
      text: `import * as Sentry from '@sentry/browser';\nSentry.init({\n  dsn: '${dsn}',\n  tracesSampleRate: 0.1,\n  replaysOnErrorSampleRate: 1,\n  integrations: [Sentry.browserTracingIntegration(), Sentry.replayIntegration()],\n});`,
    },
    {
      name: 'Next.js',
      text: `// instrumentation-client.js\nimport * as Sentry from '@sentry/nextjs';\nSentry.init({ dsn: '${dsn}' });\n// sentry.server.config.js\nSentry.init({}); // SENTRY_DSN is set`,
    },
    {
      name: 'Python',
      text: 'import sentry_sdk\nsentry_sdk.init(traces_sample_rate=0.1)  # SENTRY_DSN is set',
    },
    { name: 'PHP', text: "\\Sentry\\init(['dsn' => getenv('SENTRY_DSN')]);" },
    { name: 'Go', text: 'sentry.Init(sentry.ClientOptions{}) // SENTRY_DSN is set' },
    { name: 'Ruby', text: 'Sentry.init { |config| config.traces_sample_rate = 0.1 } # SENTRY_DSN is set' },
    {
      name: 'Security policy',
      text: `Content-Security-Policy-Report-Only: default-src 'self'; report-uri ${reportUri(dsn)}`,
    },
    { name: 'A scheduled command', text: `sentry-cli monitors run nightly -- node tidy.js` },
  ];
}

function reportUri(dsn: string): string {
  const parts = /^(https?:\/\/)([^@]+)@([^/]+)\/\.windlass\/(\d+)$/.exec(dsn);
  return parts === null
    ? ''
    : `${parts[1]}${parts[3]}/.windlass/api/${parts[4]}/security/?sentry_key=${parts[2]}`;
}
