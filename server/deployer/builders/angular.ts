/** Angular: the browser folder of its application builder. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Preset, SourceTree } from './builder.ts';
import { staticPlan } from './javascript-plan.ts';
import { dependsOn } from './source-tree.ts';

const workspace = z.object({
  projects: z.record(
    z.string(),
    z.object({
      projectType: z.optional(z.string()),
      architect: z.optional(
        z.object({
          build: z.optional(
            z.object({
              builder: z.optional(z.string()),
              options: z.optional(
                z.object({
                  outputPath: z.optional(
                    z.union([z.string(), z.object({ base: z.string(), browser: z.optional(z.string()) })]),
                  ),
                }),
              ),
            }),
          ),
        }),
      ),
    }),
  ),
});

export const angular: Preset = {
  name: 'angular',
  title: 'Angular',
  detect(tree) {
    if (!tree.entries.has('angular.json') && !dependsOn(tree, '@angular/core')) return null;
    const seen = tree.entries.has('angular.json')
      ? 'found angular.json'
      : 'package.json depends on @angular/core';
    return { preset: 'angular', evidence: [`${seen} -> Angular`] };
  },
  plan: (tree, config) => staticPlan(tree, config, { output: outputOf(tree), build: 'ng build' }),
};

/** The default of Angular 17 and later is `dist/<project>/browser`; earlier builders write to `outputPath` itself. */
function outputOf(tree: SourceTree): string {
  const parsed = z.safeParse(workspace, readJson(join(tree.root, 'angular.json')));
  if (!parsed.success) return 'dist';
  const [name, project] =
    Object.entries(parsed.data.projects).find(([, { projectType }]) => projectType !== 'library') ?? [];
  const build = project?.architect?.build;
  const path = build?.options?.outputPath;
  const browserFolder = build?.builder?.endsWith(':browser') !== true;
  if (typeof path === 'object') return [path.base, path.browser ?? 'browser'].filter(Boolean).join('/');
  const base = path ?? `dist/${name ?? tree.packageJson?.name ?? ''}`;
  return browserFolder ? `${base}/browser` : base;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
