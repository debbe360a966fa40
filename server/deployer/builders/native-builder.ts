/** Builds JavaScript apps and folders of files with nothing but the built-in runtime: no Docker, no Node, no npm. */

import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesText } from '../../../shared/bytes-text.ts';
import { countText } from '../../../shared/count-text.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { ArtefactStore, KeptArtefact } from '../artefacts.ts';
import type { Confiner } from '../confine/confiner.ts';
import type { LaunchPlan } from '../runtimes/runtime.ts';
import { writeShims } from '../shims.ts';
import { buildEnvironment } from './build-environment.ts';
import { type BuildLimits, buildLimits } from './build-limits.ts';
import { runBuildStep } from './build-step.ts';
import type { Builder, BuildPlan, BuildRequest, SourceTree } from './builder.ts';
import { budgeted } from './line-budget.ts';
import { packageManagerOf } from './package-manager.ts';
import { pruneDevelopment } from './prune.ts';
import { choosePreset } from './registry.ts';
import { resolveLaunch } from './resolve-launch.ts';
import { needsDevelopment } from './runtime-needs.ts';
import { readSourceTree } from './source-tree.ts';

export interface NativeBuilderOptions {
  confiner: Confiner;
  artefacts: ArtefactStore;
  /** Package caches, one folder an app. */
  cacheFolder: string;
  /** Where the programs in front of PATH are written. */
  shimsFolder: string;
  /** The file that is Bun when it is run with BUN_BE_BUN=1. */
  runtime: string;
  /** The server's environment. */
  machine: Readonly<Record<string, string | undefined>>;
  /** What a build may use where windlass.json is silent. */
  limits: BuildLimits;
  /** Finds the folder with `node` in it for an npm version range. Without it every app is built on the built-in runtime. */
  nodes?: { find(range: string): Promise<string> };
}

interface Work {
  options: NativeBuilderOptions;
  request: BuildRequest;
  tree: SourceTree;
  plan: BuildPlan;
  env: Readonly<Record<string, string>>;
  /** Folder of the programs in front of PATH. */
  shims: string;
  onLine(text: string): void;
}

/** Inside the source folder while it is built; not part of the artefact. */
const scratchName = '.windlass-build';
/** Never served of a folder that is the source itself: settings and what may hold secrets. */
const notServed = /^(windlass\.json|node_modules|\.(?!well-known$).*)$/;

export function createNativeBuilder(options: NativeBuilderOptions): Builder {
  return {
    async build(request) {
      const onLine = budgeted(request.onLine);
      const tree = await readSourceTree(request.folder);
      const { preset, evidence } = await choosePreset(tree, request.config);
      const plan = preset.plan(tree, request.config);
      const seen = [...evidence, ...manners(tree, plan)];
      for (const line of seen) onLine(line);

      await mkdir(join(request.folder, scratchName, 'tmp'), { recursive: true });
      const shims = await programs(options, request, plan.launch);
      const env = await environment(options, request, shims);
      const work: Work = { options, request, tree, plan, env, shims, onLine };
      for (const step of plan.steps) await runStep(work, step.name, step.argv, request.folder, step.env);
      const launch = await finish(work);
      const { digest, bytes } = await store(work);
      return { preset: preset.name, evidence: seen, digest, bytes, launch };
    },
  };
}

/** How it will be installed and run, for people. */
function manners(tree: SourceTree, { steps, launch }: BuildPlan): string[] {
  const lines: string[] = [];
  if (steps.some(({ name }) => name === 'install')) {
    const { name, lockfile } = packageManagerOf(tree);
    const none = 'no lockfile -> the newest versions that package.json allows';
    lines.push(lockfile === null ? none : `found ${lockfile} -> the versions that ${name} locked`);
  }
  if (launch.kind === 'process' && launch.javascript.kind === 'node') {
    lines.push(`asks for Node ${launch.javascript.version} -> runs on Node`);
  }
  return lines;
}

/** The folder in front of PATH: the built-in runtime under all its names, or beside the Node that the app asks for. */
async function programs(
  { shimsFolder, runtime, nodes }: NativeBuilderOptions,
  { signal }: BuildRequest,
  launch: LaunchPlan,
): Promise<string> {
  const range =
    launch.kind === 'process' && launch.javascript.kind === 'node' ? launch.javascript.version : null;
  const node = range === null || nodes === undefined ? null : join(await nodes.find(range), 'node');
  signal.throwIfAborted();
  const name = node === null ? 'builtin' : `node-${Bun.hash(node).toString(36)}`;
  return writeShims({ folder: join(shimsFolder, name), runtime, node });
}

async function environment(
  { cacheFolder, machine }: NativeBuilderOptions,
  { app, folder, env }: BuildRequest,
  shims: string,
): Promise<Record<string, string>> {
  const home = join(cacheFolder, app, 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  return buildEnvironment({
    machine,
    app: env,
    path: [shims, join(folder, 'node_modules', '.bin')],
    home,
    packages: join(cacheFolder, app, 'packages'),
    temporary: join(folder, scratchName, 'tmp'),
    npmrc: await userNpmrc(machine),
  });
}

/** npm's rule: the variable, else the file in the home folder. */
async function userNpmrc(machine: NativeBuilderOptions['machine']): Promise<string | null> {
  const named = machine.NPM_CONFIG_USERCONFIG ?? machine.npm_config_userconfig;
  if (named !== undefined) return named;
  const usual = join(machine.HOME ?? '/root', '.npmrc');
  return (await Bun.file(usual).exists()) ? usual : null;
}

async function runStep(
  { options, request, env, shims, onLine }: Work,
  name: string,
  argv: string[],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const limits = buildLimits(request.config, options.limits);
  // Programs that plans name are the ones in front of PATH, never another one of the machine.
  const program = argv[0]?.includes('/') === true ? argv[0] : join(shims, argv[0] ?? '');
  onLine(`$ ${argv[0] === '/bin/sh' ? (argv[2] ?? '') : argv.join(' ')}`);
  await runBuildStep(options.confiner, {
    id: `build-${request.deployment}-${name}`.toLowerCase().replace(/[^a-z0-9-]/g, '-'),
    name,
    argv: [program, ...argv.slice(1)],
    cwd,
    env: { ...env, ...more },
    ...limits,
    onLine,
    signal: request.signal,
  });
}

/** What is left to decide once everything is built: the start command's files, the packages that can go. */
async function finish(work: Work): Promise<LaunchPlan> {
  const { request, plan, tree, onLine } = work;
  const artefact = join(request.folder, plan.keep);
  if (!(await stat(artefact).catch(() => null))?.isDirectory()) {
    throw new WindlassError('failed', `the build wrote no folder "${plan.keep}"`, {
      hint: 'Set "build.output" in windlass.json to the folder it writes.',
    });
  }
  const launch = await resolveLaunch(artefact, plan.launch, request.config);
  if (launch.kind === 'static' && (await readdir(artefact)).length === 0) {
    throw new WindlassError('failed', `the folder "${plan.keep}" is empty after the build`, {
      hint: 'Set "build.output" in windlass.json to the folder it writes.',
    });
  }
  const hasExtra = Object.keys(tree.packageJson?.devDependencies ?? {}).length > 0 && plan.steps.length > 0;
  if (
    launch.kind === 'process' &&
    plan.keep === '.' &&
    hasExtra &&
    !(await needsDevelopment(launch.argv, tree))
  ) {
    const scratch = join(request.folder, scratchName, 'production');
    const run = (argv: string[], cwd: string): Promise<void> => runStep(work, 'prune', argv, cwd);
    const count = await pruneDevelopment({ tree, scratch, run });
    if (count > 0) onLine(`left out ${count} packages that only the build needed`);
  }
  return launch.kind === 'process' ? { ...launch, writable: plan.writable } : launch;
}

async function store({ options, request, plan, onLine }: Work): Promise<KeptArtefact> {
  const artefact = join(request.folder, plan.keep);
  await rm(join(request.folder, scratchName), { recursive: true, force: true });
  if (plan.launch.kind === 'static' && plan.keep === '.') {
    for (const name of await readdir(artefact)) {
      if (notServed.test(name)) await rm(join(artefact, name), { recursive: true, force: true });
    }
  }
  // Build caches: what the app writes there at run time starts empty.
  for (const path of plan.writable) await rm(join(artefact, path), { recursive: true, force: true });
  const last = join(options.cacheFolder, request.app, 'last-artefact');
  const like = await readFile(last, 'utf8').catch(() => null);
  const kept = await options.artefacts.keep(artefact, { writable: plan.writable, like });
  await writeFile(last, kept.digest);
  for (const link of kept.leftOut) onLine(`left out ${link}: a link that leads outside the release`);
  const size = `${countText(kept.files, 'file')}, ${bytesText(kept.bytes)}`;
  onLine(kept.reused ? `same as an earlier release: ${size}` : `release of ${size}`);
  return kept;
}
