/** `presets`: real projects of each JavaScript framework, installed, built and asked; nothing of them is in a cache. */

import type { Bench } from './bench.ts';
import { startWindlass } from './peers/windlass.ts';

/** Folder in examples/, the preset it must be recognised as, and what its page says. */
const projects = [
  { folder: 'astro', preset: 'astro', says: 'Astro on Windlass' },
  { folder: 'rsbuild', preset: 'rsbuild', says: 'Rsbuild on Windlass' },
  { folder: 'react-router', preset: 'react-router', says: 'React Router on Windlass' },
  { folder: 'sveltekit', preset: 'sveltekit', says: 'SvelteKit on Windlass' },
  { folder: 'nuxt', preset: 'nuxt', says: 'Nuxt on Windlass' },
  { folder: 'angular', preset: 'angular', says: 'Angular on Windlass' },
  { folder: 'docusaurus', preset: 'docusaurus', says: 'Docusaurus on Windlass' },
  { folder: 'nextjs', preset: 'nextjs', says: 'Next.js on Windlass' },
  { folder: 'vite-react', preset: 'vite', says: '<div id="root">' },
] as const;

export const presets: Bench = {
  name: 'presets',
  summary: 'real projects of each JavaScript framework, from their folder to an answer',
  async run(context) {
    const windlass = await startWindlass(context);
    const figures = [];
    const wrong: string[] = [];
    for (const { folder, preset, says } of projects) {
      const from = performance.now();
      await windlass.deploy(folder, new URL(`../examples/${folder}`, import.meta.url).pathname);
      const took = performance.now() - from;
      const { releases } = await windlass.control.call('releases.list', { app: folder });
      const answer = await fetch(`http://127.0.0.1:${windlass.port()}/`, {
        headers: { host: windlass.host(folder) },
      });
      const page = await answer.text();
      if (answer.status !== 200 || !page.includes(says)) wrong.push(`${folder} answered ${answer.status}`);
      if (releases[0]?.preset !== preset) wrong.push(`${folder} was taken for ${releases[0]?.preset}`);
      figures.push({ name: folder, value: took / 1000, unit: 's' });
      context.say(`${folder}: ${(took / 1000).toFixed(1)} s`);
    }
    return {
      figures: [{ name: 'wrong', value: wrong.length, unit: '', bar: 'projects wrong' }, ...figures],
      notes: ['seconds from the command to the first answer, packages fetched and built', ...wrong],
    };
  },
};
