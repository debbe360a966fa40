/** Who may import whom, and where each package lives. A new line here is a decision; ARCHITECTURE.md says why. */

export interface Zone {
  /** A folder or a file. `<x>` stands for any one folder: each is a zone of its own. The first match counts. */
  place: string;
  /** Places it may import from besides itself. */
  may: readonly string[];
  /** What of the platform it may import. */
  platform: 'none' | 'node' | 'bun' | 'electron' | 'browser';
  /** May read `process.env` and `process.argv`. */
  entry?: boolean;
}

export const zones: readonly Zone[] = [
  { place: 'shared', may: [], platform: 'none' },
  {
    place: 'server/main.ts',
    may: [
      'shared',
      'server/kernel',
      'server/cli',
      'server/start-server.ts',
      'server/certificates/acme',
      'server/proxy/forwarders',
      'server/upgrade/successor.ts',
    ],
    platform: 'bun',
    entry: true,
  },
  // The only file that knows every feature.
  { place: 'server/compose.ts', may: ['shared', 'server'], platform: 'bun' },
  {
    place: 'server/start-server.ts',
    may: ['shared', 'server/kernel', 'server/upgrade', 'server/compose.ts', 'server/server-options.ts'],
    platform: 'bun',
  },
  { place: 'server/start-server.test.ts', may: ['shared', 'server'], platform: 'bun' },
  { place: 'server/server-options.ts', may: ['shared', 'server/kernel', 'server/upgrade'], platform: 'bun' },
  { place: 'server/kernel', may: ['shared'], platform: 'bun' },
  {
    // Verbs are clients of the control socket; packing a folder is the one thing they do themselves.
    place: 'server/cli',
    may: ['shared', 'server/kernel/control-client.ts', 'server/deployer/sources/pack.ts'],
    platform: 'bun',
  },
  // Features never import each other: they meet through kernel events, or in compose.ts.
  { place: 'server/<x>', may: ['shared', 'server/kernel', 'resources'], platform: 'bun' },
  {
    // Packing a folder is the same work on a desktop as on the command line.
    place: 'desktop/host',
    may: ['shared', 'server/deployer/sources/pack.ts'],
    platform: 'node',
  },
  // What both entries need in front of the host: allow-list, parsers, the page's files and its policy.
  { place: 'desktop/door', may: ['shared'], platform: 'node' },
  {
    place: 'desktop/headless',
    may: ['shared', 'desktop/host', 'desktop/door'],
    platform: 'node',
    entry: true,
  },
  {
    place: 'desktop/main',
    may: ['shared', 'desktop/host', 'desktop/door'],
    platform: 'electron',
    entry: true,
  },
  { place: 'desktop/preload', may: ['shared'], platform: 'electron' },
  { place: 'desktop/renderer/ui', may: [], platform: 'browser' },
  { place: 'desktop/renderer/charts', may: ['desktop/renderer/ui'], platform: 'browser' },
  {
    place: 'desktop/renderer/app',
    may: ['shared', 'desktop/renderer'],
    platform: 'browser',
  },
  {
    place: 'desktop/renderer/features/<x>',
    may: ['shared', 'desktop/renderer/ui', 'desktop/renderer/charts', 'desktop/renderer/app'],
    platform: 'browser',
  },
  // Runs in pages of others: nothing of ours goes along.
  { place: 'sdk', may: [], platform: 'browser' },
  { place: 'tools', may: ['shared'], platform: 'bun', entry: true },
  { place: 'bench', may: ['shared', 'server', 'tools'], platform: 'bun', entry: true },
  { place: 'e2e', may: ['shared', 'tools'], platform: 'node', entry: true },
];

/** A test may import what its folder may, and these. */
export const testsMay: readonly string[] = ['shared', 'server/kernel', 'tools', '../shared/cases'];

/** Tests may use a package directly, e.g. to make what its home must refuse. */
export interface PackageHome {
  name: string;
  /** The only files or folders that import it; `tool` for what is run and never imported. */
  home: readonly string[] | 'tool';
  /** The only paths of it that may be imported, where not all. */
  only?: readonly string[];
}

export const packageHomes: readonly PackageHome[] = [
  // Full zod costs 11 MB resident, zod/mini 5.
  { name: 'zod', home: ['shared', 'server', 'desktop'], only: ['zod/mini'] },
  { name: 'acme-client', home: ['server/certificates/acme/order.ts'] },
  { name: 'http-proxy-3', home: ['server/proxy/upgrade.ts'] },
  { name: 'sql.js', home: ['desktop/renderer/features/analytics/copy-worker.ts'] },
  { name: '@types/sql.js', home: 'tool' },
  { name: 'isbot', home: ['server/analytics/crawler.ts'] },
  { name: 'mmdb-lib', home: ['server/analytics/places.ts'] },
  {
    name: 'ignore',
    home: ['server/deployer/sources/ignore-rules.ts', 'desktop/renderer/features/deploy/left-out.ts'],
  },
  { name: 'jsonc-parser', home: ['shared/deployer/config-file.ts'] },
  { name: 'nodemailer', home: ['server/notify/channels/email.ts'] },
  { name: 'yaml', home: ['server/deployer/composition/yaml-tree.ts'] },
  { name: 'tar-stream', home: ['server/deployer/sources/tar.ts'] },
  { name: '@jridgewell/trace-mapping', home: ['server/errors/sourcemaps/open-map.ts'] },
  { name: 'playwright', home: ['e2e'] },
  { name: '@biomejs/biome', home: 'tool' },
  { name: '@types/node', home: 'tool' },
  { name: '@types/dockerode', home: 'tool' },
  { name: '@types/react', home: 'tool' },
  { name: '@types/react-dom', home: 'tool' },
  { name: '@types/ssh2', home: 'tool' },
  { name: 'dockerode', home: ['server/deployer/engine/docker.ts'] },
  { name: 'electron-updater', home: ['desktop/main/update-source.ts'] },
  { name: 'electron', home: ['desktop/main', 'desktop/preload'] },
  { name: 'radix-ui', home: ['desktop/renderer/ui', 'desktop/renderer/app/palette.tsx'] },
  { name: '@rrweb/record', home: ['sdk/recorder/observe.ts'] },
  { name: '@rrweb/replay', home: ['desktop/renderer/ui/replay-player.tsx'] },
  { name: '@xterm/xterm', home: ['desktop/renderer/ui/terminal-view.tsx'] },
  { name: '@xterm/addon-fit', home: ['desktop/renderer/ui/terminal-view.tsx'] },
  { name: 'react', home: ['desktop/renderer'] },
  { name: 'react-dom', home: ['desktop/renderer/app/start.tsx'] },
  { name: 'ssh2', home: ['desktop/host/ssh.ts'] },
  { name: '@axe-core/playwright', home: ['e2e'] },
  { name: 'bun', home: 'tool' },
  { name: 'bun-types', home: 'tool' },
  { name: 'typescript', home: 'tool' },
];

/** Lines a file may have; half of all files have at most `median`, nine of ten at most `p90`. */
export const lengthLimits = { median: 80, p90: 250, most: 400 } as const;

/** Files over the limit, with their lines now. The list only ever shrinks. */
export const tooLong: Readonly<Record<string, number>> = {};
