/** Set-up of what runs in browsers, with or without a server of its own beside it. */

import type { Snippet } from './snippets.ts';

/** `dsn` stands in the source: a page has no environment. */
export function browserSnippets(dsn: string): Snippet[] {
  const page = (from: string, more = '') =>
    `import * as Sentry from '${from}';

Sentry.init({${more}
  dsn: '${dsn}',
  integrations: [Sentry.browserTracingIntegration(), Sentry.replayIntegration()],
  tracesSampleRate: 0.1,
  replaysOnErrorSampleRate: 1,
});`;
  const server = (from: string) =>
    `import * as Sentry from '${from}';

Sentry.init({ tracesSampleRate: 0.1 }); // SENTRY_DSN is set`;
  return [
    {
      name: 'Next.js',
      presets: ['nextjs'],
      text: `// npm install @sentry/nextjs
// instrumentation-client.ts
import * as Sentry from '@sentry/nextjs';

Sentry.init({
  dsn: '${dsn}',
  integrations: [Sentry.replayIntegration()],
  tracesSampleRate: 0.1,
  replaysOnErrorSampleRate: 1,
});
export const onRouterTransitionStart = Sentry.captureRouterTransitionStart;

// instrumentation.ts
import * as Sentry from '@sentry/nextjs';

export function register() {
  Sentry.init({ tracesSampleRate: 0.1 }); // SENTRY_DSN is set
}
export const onRequestError = Sentry.captureRequestError;

// next.config.ts
import { withSentryConfig } from '@sentry/nextjs';

export default withSentryConfig(nextConfig, { sourcemaps: { disable: true } });`,
    },
    {
      name: 'React',
      presets: ['vite', 'rsbuild'],
      text: `// npm install @sentry/react
${page('@sentry/react')}

createRoot(document.getElementById('root'), {
  onUncaughtError: Sentry.reactErrorHandler(),
  onCaughtError: Sentry.reactErrorHandler(),
  onRecoverableError: Sentry.reactErrorHandler(),
}).render(<App />);`,
    },
    {
      name: 'Vue',
      presets: ['vite'],
      text: `// npm install @sentry/vue
const app = createApp(App);
${page('@sentry/vue', '\n  app,')}
app.mount('#app');`,
    },
    {
      name: 'Svelte',
      presets: ['vite'],
      text: `// npm install @sentry/svelte
${page('@sentry/svelte')}`,
    },
    {
      name: 'Nuxt',
      presets: ['nuxt'],
      text: `// npm install @sentry/nuxt
// nuxt.config.ts
export default defineNuxtConfig({
  modules: ['@sentry/nuxt/module'],
  sourcemap: { client: 'hidden' },
});

// sentry.client.config.ts
import * as Sentry from '@sentry/nuxt';

Sentry.init({
  dsn: '${dsn}',
  integrations: [Sentry.replayIntegration()],
  tracesSampleRate: 0.1,
  replaysOnErrorSampleRate: 1,
});

// sentry.server.config.ts
${server('@sentry/nuxt')}`,
    },
    {
      name: 'SvelteKit',
      presets: ['sveltekit'],
      text: `// npm install @sentry/sveltekit
// src/hooks.client.ts
import * as Sentry from '@sentry/sveltekit';

Sentry.init({
  dsn: '${dsn}',
  integrations: [Sentry.replayIntegration()],
  tracesSampleRate: 0.1,
  replaysOnErrorSampleRate: 1,
});
export const handleError = Sentry.handleErrorWithSentry();

// src/instrumentation.server.ts
${server('@sentry/sveltekit')}

// src/hooks.server.ts
import * as Sentry from '@sentry/sveltekit';

export const handle = Sentry.sentryHandle();
export const handleError = Sentry.handleErrorWithSentry();

// svelte.config.js, in kit
experimental: { instrumentation: { server: true }, tracing: { server: true } }`,
    },
    {
      name: 'Astro',
      presets: ['astro'],
      text: `// npm install @sentry/astro
// astro.config.mjs
import sentry from '@sentry/astro';

export default defineConfig({ integrations: [sentry({ sourcemaps: { disable: true } })] });

// sentry.client.config.ts
${page('@sentry/astro')}

// sentry.server.config.ts
${server('@sentry/astro')}`,
    },
    {
      name: 'React Router, Remix',
      presets: ['react-router'],
      text: `// npm install @sentry/react-router (for Remix 2: @sentry/remix, with entry.client and entry.server alike)
// app/entry.client.tsx
import * as Sentry from '@sentry/react-router';

Sentry.init({
  dsn: '${dsn}',
  integrations: [Sentry.reactRouterTracingIntegration(), Sentry.replayIntegration()],
  tracesSampleRate: 0.1,
  replaysOnErrorSampleRate: 1,
});

// instrument.server.mjs, loaded with NODE_OPTIONS='--import ./instrument.server.mjs'
${server('@sentry/react-router')}

// app/entry.server.tsx
import * as Sentry from '@sentry/react-router';

export const handleError = Sentry.createSentryHandleError({ logErrors: true });`,
    },
    {
      name: 'Angular',
      presets: ['angular'],
      text: `// npm install @sentry/angular
// src/main.ts
${page('@sentry/angular')}

// src/app/app.config.ts, in providers
{ provide: ErrorHandler, useValue: Sentry.createErrorHandler() }`,
    },
    {
      name: 'Plain pages',
      presets: ['static', 'docusaurus'],
      text: `// npm install @sentry/browser
${page('@sentry/browser')}`,
    },
  ];
}
