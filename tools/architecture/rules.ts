/** The house's rules, each from the sources to what breaks it, in words that say what to do. Pure. */

import {
  lengthLimits,
  type PackageHome,
  packageHomes,
  testsMay,
  tooLong,
  type Zone,
  zones,
} from './house.ts';
import type { SourceFile } from './source-file.ts';
import { isIn, zoneOf } from './zone-of.ts';

const isTest = (path: string) =>
  /\.(test|fixture|conformance)\.tsx?$/.test(path) || path.includes('/testing/');
const vagueNames = /(^|\/)(utils?|helpers?|managers?|types|common|misc|stuff)(\.test)?\.(ts|tsx|mjs)$/;

/** Imports that cross a border of the table. */
export function foreignImports(files: readonly SourceFile[]): string[] {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) => {
    const placed = zoneOf(file.path, zones);
    if (placed === null) {
      return [`${file.path} is in no zone: move it, or add its folder to tools/architecture/house.ts`];
    }
    const allowed = [placed.place, ...placed.zone.may, ...(isTest(file.path) ? testsMay : [])];
    return file.imports.flatMap(({ path, specifier }) => {
      if (path === null) return [];
      if (/\.tsx?$/.test(path) && !known.has(path))
        return [`${file.path} imports ${specifier}, which is not there`];
      if (!/\.(tsx?|mjs|json|css)$/.test(path))
        return [`${file.path} imports ${specifier}: write its ending, .ts`];
      if (allowed.some((place) => isIn(path, place))) return [];
      return [
        `${file.path} must not import ${path}: ${placed.place} may import ${allowed.join(', ')}. ` +
          'Pass it as an argument, use a kernel event, or join the two in compose.ts',
      ];
    });
  });
}

/** Imports of the platform or of packages outside their homes. */
export function strayPackages(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const placed = zoneOf(file.path, zones);
    if (placed === null) return [];
    return file.imports.flatMap(({ path, specifier }) => {
      if (path !== null) return [];
      if (/^(node|bun):|^bun$/.test(specifier)) return platformImport(file.path, placed.zone, specifier);
      const home = packageHomes.find(({ name }) => isIn(specifier, name));
      return packageImport(file.path, specifier, home);
    });
  });
}

/** package.json and the table of homes must name the same packages, and each must be used. */
export function packagesWithoutHome(dependencies: readonly string[], files: readonly SourceFile[]): string[] {
  const rows = packageHomes.map(({ name }) => name);
  const used = (name: string) =>
    files.some((file) => file.imports.some(({ path, specifier }) => path === null && isIn(specifier, name)));
  return [
    ...dependencies
      .filter((name) => !rows.includes(name))
      .map(
        (name) => `${name} is in package.json and has no home: add a line to packageHomes, or uninstall it`,
      ),
    ...rows
      .filter((name) => !dependencies.includes(name))
      .map((name) => `${name} has a home and is not in package.json: remove its line from packageHomes`),
    ...packageHomes
      .filter(({ name, home }) => home !== 'tool' && dependencies.includes(name) && !used(name))
      .map(({ name }) => `${name} is installed and imported by nobody: uninstall it`),
  ];
}

/** Modules that need each other to load. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map((file) => [
      file.path,
      file.imports.flatMap(({ path, value }) => (value && path ? [path] : [])),
    ]),
  );
  const done = new Set<string>();
  const found = new Set<string>();
  const walk = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path);
    if (at !== -1) {
      found.add(`${[...trail.slice(at), path].join(' -> ')}: move what both need to a file of its own`);
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return [...found];
}

/** Files that are too long, and lines of the list that are no longer true. */
export function longFiles(files: readonly SourceFile[]): string[] {
  const lengths = files.map((file) => file.lines).sort((a, b) => a - b);
  const at = (share: number) => lengths[Math.ceil(lengths.length * share) - 1] ?? 0;
  const figures = [
    { name: 'median', is: at(0.5), limit: lengthLimits.median },
    { name: '90th percentile', is: at(0.9), limit: lengthLimits.p90 },
  ];
  const listed = new Map(Object.entries(tooLong));
  return [
    ...figures
      .filter(({ is, limit }) => is > limit)
      .map(
        ({ name, is, limit }) => `the ${name} of file lengths is ${is}, the limit ${limit}: split some files`,
      ),
    ...files.flatMap(({ path, lines }) => longFile(path, lines, listed.get(path))),
    ...[...listed.keys()]
      .filter((path) => !files.some((file) => file.path === path))
      .map((path) => `${path} is gone: remove its line from tooLong`),
  ];
}

export function vagueFileNames(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => vagueNames.test(path))
    .map(({ path }) => `${path}: name the file for its one noun or verb`);
}

/** Environment and arguments read anywhere but in an entry. */
export function hiddenInputs(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, code }) => {
    const placed = zoneOf(path, zones);
    if (placed?.zone.entry || isTest(path)) return [];
    // A program kept as text runs elsewhere; what it reads is not ours.
    const read = code
      .replace(/`(?:\\[\s\S]|[^`\\])*`/g, '')
      .match(/\b(process|Bun|import\.meta)\.(env|argv)\b/);
    return read === null ? [] : [`${path} reads ${read[0]}: only entries do; take the value as an argument`];
  });
}

function platformImport(path: string, { platform, place }: Zone, specifier: string): string[] {
  const bun = /^bun(:|$)/.test(specifier);
  if (isTest(path) && (platform === 'bun' || platform === 'none' || specifier === 'bun:test')) return [];
  if (platform === 'bun' && specifier !== 'bun:test') return [];
  if (!bun && (platform === 'node' || platform === 'electron')) return [];
  const what = specifier === 'bun:test' ? 'is for tests' : `does not exist where ${place} runs`;
  return [`${path} must not import ${specifier}: it ${what}`];
}

function packageImport(path: string, specifier: string, home: PackageHome | undefined): string[] {
  if (home === undefined) return [`${path} imports ${specifier}, which has no line in packageHomes`];
  if (home.home === 'tool') return [`${path} imports ${specifier}, which is only a tool`];
  if (home.only && !home.only.includes(specifier)) {
    return [`${path} imports ${specifier}: use ${home.only.join(' or ')}`];
  }
  if (isTest(path) || home.home.some((place) => isIn(path, place))) return [];
  return [`${path} imports ${specifier}, whose home is ${home.home.join(', ')}: go through it`];
}

function longFile(path: string, lines: number, listed: number | undefined): string[] {
  const { most } = lengthLimits;
  if (listed === undefined) {
    return lines > most ? [`${path} has ${lines} lines, the limit is ${most}: split it by noun or verb`] : [];
  }
  if (lines <= most) return [`${path} has ${lines} lines now: remove its line from tooLong`];
  if (lines > listed) return [`${path} grew from ${listed} to ${lines} lines: it may only shrink`];
  return lines < listed ? [`${path} has ${lines} lines now: lower its line in tooLong from ${listed}`] : [];
}
