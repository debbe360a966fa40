/** The project's source files as the architecture test sees them: text, lines, imports. */

import { join, posix } from 'node:path';
import { root } from '../root.ts';

export interface Import {
  /** As written. */
  specifier: string;
  /** From the project's folder, for relative ones; null for packages and the platform. */
  path: string | null;
  /** False for `import type`, which leaves nothing at run time. */
  value: boolean;
}

export interface SourceFile {
  /** From the project's folder, with `/`. */
  path: string;
  text: string;
  /** The text without its comments; what is left keeps its lines. */
  code: string;
  lines: number;
  imports: readonly Import[];
}

const folders = ['shared', 'server', 'desktop', 'sdk', 'tools', 'bench', 'e2e'];

export async function readSources(): Promise<SourceFile[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    const glob = new Bun.Glob(`${folder}/**/*.{ts,tsx,mjs}`);
    for await (const path of glob.scan({ cwd: root, onlyFiles: true })) {
      // What runs clients of others is a package of its own, with what that brings.
      if (!path.includes('node_modules/') && !path.startsWith('e2e/clients/')) paths.push(path);
    }
  }
  return Promise.all(paths.sort().map(readSource));
}

/** `path` is from the project's folder. */
export function parseSource(path: string, text: string): SourceFile {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { path, text, code: withoutComments(text), lines, imports: findImports(path, text) };
}

async function readSource(path: string): Promise<SourceFile> {
  return parseSource(path, await Bun.file(join(root, path)).text());
}

/** Bun's own parser finds the imports; it drops types, so they are shown to it once as values and once as they are. */
function findImports(path: string, text: string): Import[] {
  const scanner = new Bun.Transpiler({
    loader: path.endsWith('x') ? 'tsx' : 'ts',
    trimUnusedImports: false,
    tsconfig: JSON.stringify({ compilerOptions: { verbatimModuleSyntax: true } }),
  });
  const scan = (code: string) =>
    scanner
      .scanImports(code)
      // JSX asks for React by itself; nobody wrote that.
      .filter(({ path: found, kind }) => !(kind === 'require-call' && /^react(\/|$)/.test(found)))
      .map((found) => found.path);
  const values = new Set(scan(text));
  const inTypes = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].map(([, name = '']) => name);
  return [...new Set([...scan(typesAsValues(text)), ...inTypes])].map((specifier) => ({
    specifier,
    path: specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : null,
    value: values.has(specifier),
  }));
}

function typesAsValues(text: string): string {
  return text
    .replace(/^import\s+type(?=\s+[\w{*])/gm, 'import')
    .replace(/^export\s+type(?=\s*[{*])/gm, 'export')
    .replace(/^(?:import|export)\s+(?:\w+\s*,\s*)?\{[^}]*\}\s*from/gm, (statement) =>
      statement.replace(/([{,]\s*)type\s+/g, '$1'),
    );
}

function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ');
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|[\s;{}(),])\/\/[^\n]*/g, (all) => blank(all));
}
