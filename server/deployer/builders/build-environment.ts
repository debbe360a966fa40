/** The environment of build steps: the machine's way to the network, the app's variables, folders that are thrown away. */

export interface BuildEnvironmentParts {
  /** The server's own environment; only what installs need of it is passed on. */
  machine: Readonly<Record<string, string | undefined>>;
  /** The app environment's variables. */
  app: Readonly<Record<string, string>>;
  /** Folders in front of the machine's PATH, in order. */
  path: readonly string[];
  /** HOME of the build; kept between builds of an app. */
  home: string;
  /** The package cache; kept between builds of an app. */
  packages: string;
  /** TMPDIR; thrown away with the build. */
  temporary: string;
  /** npm's user configuration: the machine user's `.npmrc`, or null where there is none. */
  npmrc: string | null;
}

/**
 * Registries, proxies and certificate authorities: without them an install behind a mirror fails. npm and bun read
 * `npm_config_*` (any case); the rest are the conventions of curl, OpenSSL, git and Node.
 */
const passedOn =
  /^(npm_config_.*|bun_config_.*|(https?|all|no)_proxy|node_extra_ca_certs|node_use_system_ca|ssl_cert_(file|dir)|git_ssl_cainfo|curl_ca_bundle|requests_ca_bundle|lang|lc_all|tz)$/i;
/** These would send files elsewhere, or change what an install means. */
const notPassedOn =
  /^npm_config_(cache|prefix|userconfig|globalconfig|production|omit|global|tmp|user_agent)$/i;

export function buildEnvironment(parts: BuildEnvironmentParts): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parts.machine)) {
    if (value !== undefined && passedOn.test(name) && !notPassedOn.test(name)) env[name] = value;
  }
  return {
    ...env,
    NODE_ENV: 'production',
    ...parts.app,
    CI: '1',
    NO_COLOR: '1',
    HOME: parts.home,
    TMPDIR: parts.temporary,
    BUN_TMPDIR: parts.temporary,
    BUN_INSTALL_CACHE_DIR: parts.packages,
    BUN_BE_BUN: '1',
    DO_NOT_TRACK: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
    PATH: [...parts.path, parts.machine.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(':'),
    ...(parts.npmrc === null ? {} : { NPM_CONFIG_USERCONFIG: parts.npmrc }),
  };
}
