/** How a deployment ended, in words: the last lines a person reads, and what to do next. Pure. */

import type { Deployment } from '../../shared/deployer/model.ts';
import { durationText } from './amounts.ts';
import { printable, type Style } from './style.ts';

/** Flags that suggested commands need again: the environment, unless it is production, and the server. */
export function againText(environment: string, reach: string): string {
  return `${environment === 'production' ? '' : ` --env ${environment}`}${reach}`;
}

/** `hello`, or `hello (preview)` where it is not production. */
export function placeText(app: string, environment: string): string {
  return environment === 'production' ? app : `${app} (${environment})`;
}

/** The closing block of a deployment that is `watching` or `live`. */
export function successLines(deployment: Deployment, reach: string, style: Style): string[] {
  const { app, environment, release } = deployment;
  const switched = deployment.phaseTimes.find((time) => time.phase === 'watching' || time.phase === 'live');
  const took = (switched?.at ?? deployment.finishedAt ?? deployment.createdAt) - deployment.createdAt;
  const place = placeText(app, environment);
  const where = againText(environment, reach);
  const warned = deployment.warning == null ? [] : [`  ${printable(deployment.warning)}`];
  const watched =
    deployment.phase === 'watching'
      ? ['  it is being watched now: if it misbehaves, the release before it comes back by itself']
      : [];
  return [
    `${style.green('✔')} ${style.bold(place)} is live: release ${release} in ${durationText(took)}`,
    ...(deployment.url === null ? [] : [`  ${style.cyan(deployment.url)}`]),
    ...watched,
    ...warned,
    '',
    `  ${style.dim('logs')}       windlass logs ${app}${where} -f`,
    ...(deployment.previousRelease === null
      ? []
      : [`  ${style.dim('roll back')}  windlass rollback ${app}${where}`]),
  ];
}

/** What to print before the error of a deployment that did not end well: the last lines the app or its build wrote. */
export function failureLines(deployment: Deployment, style: Style): string[] {
  const tail = deployment.failure?.logTail ?? [];
  if (tail.length === 0) return [];
  return [style.dim('last lines:'), ...tail.map((line) => `  ${printable(line)}`), ''];
}

/** Null for a good end, else the error's message and hint. */
export function failureText(deployment: Deployment, reach: string): { message: string; hint: string } | null {
  const { app, environment, failure, previousRelease } = deployment;
  const place = placeText(app, environment);
  const kept = previousRelease === null ? '' : ` Release ${previousRelease} keeps serving.`;
  const where = againText(environment, reach);
  switch (deployment.phase) {
    case 'failed': {
      const building = failure?.phase === 'fetching' || failure?.phase === 'building';
      const logs = `\`windlass logs ${app}${where}${building ? ' --build' : ''}\` has the whole log.`;
      return {
        message: `${place} failed while ${failure?.phase ?? 'deploying'}: ${failure?.message ?? 'no reason was given'}`,
        hint: `${failure?.hint ?? logs}${kept}`,
      };
    }
    case 'rolled-back':
      return {
        message: `${place} was rolled back after it went live: ${failure?.message ?? 'it misbehaved'}`,
        hint: `${failure?.hint ?? `\`windlass logs ${app}${where} --release ${deployment.release}\` has its log.`}${kept}`,
      };
    case 'cancelled':
      return { message: `the deployment of ${place} was cancelled`, hint: `Nothing was changed.${kept}` };
    case 'superseded':
      return {
        message: `a newer deployment of ${place} took the place of this one`,
        hint: `\`windlass deployments ${app}${reach}\` lists them.`,
      };
    case 'queued':
    case 'fetching':
    case 'building':
    case 'starting':
    case 'checking':
    case 'switching':
    case 'watching':
    case 'live':
      return null;
  }
}
