/** What a service's requests are sent to. The deployer decides it, the proxy carries it out; both import it from here. */

import * as z from 'zod/mini';

/** One running copy of a release that answers HTTP. */
export const target = z.object({
  /** The instance's id: stable over restarts of the instance, new for every release. */
  id: z.string(),
  /** Always a loopback or private address. */
  host: z.string(),
  port: z.number(),
});
export type Target = z.infer<typeof target>;

/** Another address of an instance, which may be somebody else's at any time: never stored. */
export interface Shortcut {
  readonly host: string;
  readonly port: number;
  /** Whether new connections may go there now; those that stand may stay in either case. */
  readonly open: boolean;
}

/** How a static folder is served. */
export const staticRules = z.object({
  /** Unknown paths without a file extension answer `/index.html` with 200. */
  spa: z.boolean(),
});
export type StaticRules = z.infer<typeof staticRules>;

export const backend = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('instances'), release: z.number(), targets: z.array(target) }),
  z.object({ kind: z.literal('folder'), release: z.number(), root: z.string(), rules: staticRules }),
]);
/** `release` is the release's number within its app; every access-log line carries it. */
export type Backend = z.infer<typeof backend>;

/** A route of a service: which requests are its own. */
export const route = z.object({
  /** A host name or one-level wildcard, normalised by `parseHostPattern`. */
  host: z.string(),
  /** Starts with `/`; matched on whole path segments. */
  pathPrefix: z.string(),
  /** Whether the prefix is removed before the app sees the path. */
  stripPrefix: z.boolean(),
});
export type Route = z.infer<typeof route>;

/** An environment as the proxy knows it: `<app>/<environment>`. */
export type ServiceKey = string;
export const serviceKey = (app: string, environment: string): ServiceKey => `${app}/${environment}`;
