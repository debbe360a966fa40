/** What a builder is given and what it makes: from a folder of sources to a folder that can run. */

import type { AppConfig, PresetName } from '../../../shared/deployer/app-config.ts';
import type { LaunchPlan } from '../runtimes/runtime.ts';

/** The source folder as a preset looks at it. */
export interface SourceTree {
  readonly root: string;
  /** Names in the top folder. */
  readonly entries: ReadonlySet<string>;
  /** package.json, parsed, or null. */
  readonly packageJson: PackageJson | null;
}

export interface PackageJson {
  name?: string;
  main?: string;
  type?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  engines?: Record<string, string>;
  packageManager?: string;
}

export interface Detection {
  preset: PresetName;
  /** What was seen, for people: `found next.config.mjs -> Next.js`. */
  evidence: string[];
}

/** The steps of a native build, as argv arrays; `bun` and `node` are found by the sandbox. */
export interface BuildPlan {
  steps: { name: string; argv: string[]; env?: Record<string, string> }[];
  /** Folder (inside the source) that becomes the artefact; `.` for all of it. */
  keep: string;
  /** Paths inside the artefact that stay writable for the app, e.g. `.next/cache`. */
  writable: string[];
  launch: LaunchPlan;
}

/** One preset, one file: how to recognise it, how to build and run it natively. */
export interface Preset {
  readonly name: PresetName;
  readonly title: string;
  /** Null where it is not this; lower `rank` in the registry wins. */
  detect(tree: SourceTree): Detection | null;
  /** Throws `WindlassError('invalid')` with a hint where it cannot be built natively. */
  plan(tree: SourceTree, config: AppConfig): BuildPlan;
}

export interface BuildRequest {
  app: string;
  deployment: string;
  /** The extracted source; the builder may write into it. Empty where `image` is given. */
  folder: string;
  /** Reference of an image that is built already. */
  image?: string;
  config: AppConfig;
  /** The environment's variables, so that builds see them (Next.js inlines NEXT_PUBLIC_*). */
  env: Readonly<Record<string, string>>;
  /** One line of build output, without its line end. */
  onLine(text: string): void;
  signal: AbortSignal;
}

export interface BuildResult {
  preset: PresetName;
  evidence: string[];
  /** SHA-256 (hex) over the artefact's paths, modes and contents; an image's id. */
  digest: string;
  /** Bytes of the artefact. */
  bytes: number;
  launch: LaunchPlan;
  /** Values that files of the source gave to containers; sealed with the release. */
  given?: Readonly<Record<string, string>>;
}

export interface Builder {
  /** Throws `WindlassError`: `invalid` for what the person must change, `limit` for memory or time, `failed` for the build's own errors. */
  build(request: BuildRequest): Promise<BuildResult>;
}
