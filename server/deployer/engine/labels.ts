/** What marks everything we make in an engine as ours; nothing without it is ever touched. */

export const dataLabel = 'windlass.data';
export const appLabel = 'windlass.app';
export const environmentLabel = 'windlass.environment';
export const releaseLabel = 'windlass.release';
export const instanceLabel = 'windlass.instance';

/** The labels of an instance's container. `owner` is the data folder's own label. */
export function instanceLabels(
  owner: string,
  spec: { id: string; app: string; environment: string; release: number },
): Record<string, string> {
  return {
    [dataLabel]: owner,
    [appLabel]: spec.app,
    [environmentLabel]: spec.environment,
    [releaseLabel]: String(spec.release),
    [instanceLabel]: spec.id,
  };
}

export function isOurs(owner: string, labels: Readonly<Record<string, string>> | null | undefined): boolean {
  return labels?.[dataLabel] === owner;
}

/** The engine's filter for what is ours, narrowed to an app where one is given. */
export function ours(owner: string, app?: string): { label: string[] } {
  const label = [`${dataLabel}=${owner}`];
  if (app !== undefined) label.push(`${appLabel}=${app}`);
  return { label };
}
