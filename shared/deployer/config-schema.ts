/** The JSON Schema of `windlass.json`, for editors: the parser's own shape plus a description of every key. */

import * as z from 'zod/mini';
import { appConfig } from './app-config.ts';

/** What each key does; the path has no array indexes. */
const descriptions: Readonly<Record<string, string>> = {
  $schema: 'Where this schema is, so that editors complete and check the file.',
  build: 'How the app is built. Everything here is found out when left away.',
  'build.preset': 'What kind of app it is; "auto" looks at the files.',
  'build.command': "Replaces the preset's build command.",
  'build.output': "The folder the build writes, relative to the app's folder.",
  'build.dockerfile': 'The Dockerfile to build with, relative to the app\'s folder. Default "Dockerfile".',
  'build.memory': 'Most memory the whole build may use, like "2g". Default: half of the machine.',
  'build.timeout': 'Most seconds the whole build may take, and after it the release command. Default 1800.',
  'build.disk': 'Most bytes the build may write, like "8g". Default 8g.',
  start: "Replaces the preset's start command. The app must listen on the port in the variable PORT.",
  port: 'Where the app listens inside its container. Natively the app is told by PORT.',
  instances: 'How many copies run side by side. Default 1.',
  runtime:
    '"builtin": the JavaScript runtime inside Windlass. "node": Node itself, fetched once per version.',
  health: 'When a new release counts as healthy. Times in seconds.',
  'health.path': 'The path that must answer 2xx or 3xx. Default "/".',
  'health.timeout': 'Seconds a new release has to become healthy. Default 60.',
  'health.interval': 'Seconds between two probes. Default 1.',
  'health.watch': 'Seconds a new release is watched, and rolled back when it misbehaves. Default 60.',
  'health.errors':
    'When far more errors are reported of a new release than of the one before it while it is watched: "off", "warn", or "rollback". Default "warn".',
  limits: 'What one running copy may use.',
  'limits.memory': 'Most memory of one copy, like "512m".',
  'limits.cpu': 'Most cores of one copy, like 0.5.',
  volumes: 'Folders that outlive releases.',
  'volumes.name': "The volume's name, unique within the app.",
  'volumes.path': 'Where the app finds it.',
  release:
    'A command that runs once per deployment, after the build and before the release takes requests, e.g. migrations. When it fails, the old release keeps serving.',
  cron: 'Commands that run on a schedule in the live release. Only in production; elsewhere by hand.',
  'cron.name': "The job's name. Default: the words of its command.",
  'cron.schedule': 'Minute, hour, day of month, month, day of week, like "0 3 * * *"; or "@daily".',
  'cron.command': 'What runs, in the folder of the live release with its variables.',
  'cron.timezone': 'The time zone of the schedule, like "Europe/Berlin". Default "UTC".',
  'cron.overlap':
    'When the run before still goes on: "skip" this one, "queue" it behind, or "allow" both. Default "skip".',
  'cron.timeout': 'Most seconds a run may take. Default 3600.',
  sleep: 'Lets an app that nobody asks for end; the next request starts it again and is answered.',
  'sleep.after': 'Seconds without a request before it sleeps.',
  compose: 'How a Compose file is deployed.',
  'compose.file':
    'The Compose file, relative to the app\'s folder. Default "compose.yaml" and its other usual names.',
  'compose.web': 'The service that serves. Default: the one that publishes a port.',
  secretFiles:
    'Variables a container finds in /run/secrets/NAME instead of its environment, which whoever may use Docker can read.',
  readOnly: 'A container may write to its volumes and to /tmp only. Default false.',
  static: 'How a folder of files is served.',
  'static.spa': 'Unknown paths without a file extension answer index.html with 200.',
  routes: 'Path prefixes this app answers on its given host. Default: all of them.',
  'routes.path': 'The prefix, matched on whole path segments.',
  redirects: 'Paths that lead elsewhere. The first that fits counts.',
  'redirects.from':
    'The path, like "/about"; "/blog/*" is everything below, "*.php" everything that ends so.',
  'redirects.to': 'A path or URL. ":splat" in it is what "*" stood for. The query goes along.',
  'redirects.status': 'Default 308, which keeps the method.',
  headers: 'Headers of answers, e.g. Cache-Control of files. Rules add up, in order.',
  'headers.path': 'Only answers to these paths. Default: all.',
  'headers.set': 'Headers to send, in place of what the app says.',
  'headers.remove': 'Headers of the app not to send.',
  cors: "Which other sites' scripts may read answers. Preflights are answered by the proxy.",
  'cors.path': 'Only these paths. Default: all. The first rule that fits counts.',
  'cors.origins': 'Sites like "https://app.example.com", or "*".',
  'cors.methods': 'Default GET, HEAD and POST.',
  'cors.headers': 'Request headers they may send.',
  'cors.expose': 'Answer headers they may read.',
  'cors.credentials': 'Whether visitors\' cookies go along. Not with "*".',
  'cors.maxAge': 'Seconds a browser remembers the permission. Default 600.',
  compress: 'Whether the proxy compresses text that the app sends plain: zstd, br or gzip. Default false.',
  rates: 'How often visitors may come; beyond it they get 429 with Retry-After.',
  'rates.path': 'Only requests for these paths. Default: all.',
  'rates.requests': 'Requests allowed in `per` seconds, on average.',
  'rates.per': 'Seconds.',
  'rates.burst': 'Requests allowed at once after a quiet time. Default: `requests`.',
  'rates.by':
    '"client": each address (each /64 of IPv6) by itself; "all": everybody together. Default "client".',
  concurrency: 'How many requests the app may have at once; beyond it visitors get 503.',
  'concurrency.path': 'Only requests for these paths. Default: all.',
  'concurrency.most': 'Requests at once.',
  maxBody: 'Most a request may carry, like "10m"; beyond it 413. Default: no bound.',
  allow: 'Only these addresses and ranges may visit, like "203.0.113.7" or "10.0.0.0/8".',
  deny: 'These addresses and ranges may not visit.',
  'routes.strip': 'Whether the prefix is removed before the app sees the path.',
};

interface SchemaNode {
  description?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
}

/** Every key in it carries a description; `undescribed` names the ones that do not. */
export function configSchema(): { schema: object; undescribed: string[] } {
  const schema = z.toJSONSchema(appConfig) as SchemaNode;
  const undescribed: string[] = [];
  describe(schema, '', undescribed);
  const { $schema, ...rest } = schema as SchemaNode & { $schema?: string };
  return { schema: { $schema, title: 'windlass.json', ...rest }, undescribed };
}

/** The file as it is published: indented, with a line end. */
export function configSchemaText(): string {
  return `${JSON.stringify(configSchema().schema, null, 2)}\n`;
}

function describe(node: SchemaNode, path: string, undescribed: string[]): void {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const childPath = path === '' ? key : `${path}.${key}`;
    const text = descriptions[childPath];
    if (text === undefined) undescribed.push(childPath);
    else child.description = text;
    describe(child, childPath, undescribed);
  }
  if (node.items !== undefined) describe(node.items, path, undescribed);
}
