// Builds the page with Vite: OUT where to, BUILD what changes, SDK which client, PLUGIN which of Sentry's plugins, if any.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const { OUT, BUILD = '1', SDK = '@sentry/browser', PLUGIN = '', PLUGIN_URL, PLUGIN_RELEASE } = process.env;
const plugins = [];
if (PLUGIN !== '') {
  const { sentryVitePlugin } = await import(PLUGIN);
  plugins.push(
    sentryVitePlugin({
      org: 'windlass',
      project: 'shop',
      url: PLUGIN_URL,
      authToken: process.env.SENTRY_AUTH_TOKEN,
      release: { name: PLUGIN_RELEASE },
      telemetry: false,
      debug: true,
      errorHandler: (error) => {
        throw error;
      },
    }),
  );
}
await build({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  configFile: false,
  define: { __BUILD__: JSON.stringify(BUILD) },
  resolve: { alias: { 'sentry-sdk': SDK } },
  build: { outDir: OUT, emptyOutDir: true, sourcemap: true },
  plugins,
});
