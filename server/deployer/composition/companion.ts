/** What a Compose file says about a container, kept with the release. Templates hold `${NAME}`, filled at each start. */

/** Text with `${NAME}` in it, as the Compose specification has it: variables are looked up when the container starts. */
export type Template = string;

/** Durations in ms. */
export interface Healthcheck {
  /** `['NONE']`, `['CMD', …]` or `['CMD-SHELL', line]`. */
  test: readonly Template[];
  interval?: number;
  timeout?: number;
  startPeriod?: number;
  retries?: number;
}

/** A container's surroundings, beyond its image. What is absent is as the image says. */
export interface Surroundings {
  entrypoint?: readonly Template[];
  command?: readonly Template[];
  environment?: Readonly<Record<string, Template>>;
  user?: string;
  workingFolder?: string;
  /** Names it is found by on the app's network. */
  names?: readonly string[];
  volumes?: readonly { name: string; path: string; readOnly: boolean }[];
  /** Path to mount options, e.g. `size=64m`. */
  tmpfs?: Readonly<Record<string, string>>;
  readOnly?: boolean;
  /** Each becomes the file `path`, with this text or with the value that a file of the source gave. */
  secrets?: readonly ({ path: string; text: Template } | { path: string; given: string })[];
  healthcheck?: Healthcheck;
  stopSignal?: string;
  /** Bytes of /dev/shm. */
  sharedMemory?: number;
  /** `name:address`. */
  hosts?: readonly string[];
  /** Labels of the person; none of ours is among them. */
  labels?: Readonly<Record<string, string>>;
}

/** When a service counts as ready for the one that needs it. */
export type Condition = 'started' | 'healthy' | 'completed';

/** A service that runs beside the one that serves: one of it an environment, whatever release is live. */
export interface Companion {
  readonly name: string;
  /** Image id, `sha256:<hex>`. */
  readonly image: string;
  readonly surroundings: Surroundings;
  readonly needs: readonly Need[];
  /** `task`: runs to its end once per deployment, because somebody waits for its completion. */
  readonly kind: 'service' | 'task';
  readonly restart: 'never' | 'on-failure' | 'always';
  /** ms between its stop signal and its end. */
  readonly stopGraceMs: number;
  /** Bytes and cores; absent for no limit. */
  readonly memory?: number;
  readonly cpu?: number;
}

export interface Need {
  readonly service: string;
  readonly condition: Condition;
}

/** The services a release brings along, and what the one that serves needs of them. */
export interface Composition {
  /** The service that serves. */
  readonly web: string;
  readonly needs: readonly Need[];
  readonly companions: readonly Companion[];
}
