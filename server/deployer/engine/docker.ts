/** The one door to `dockerode`, loaded when an engine is first spoken to. */

import type Docker from 'dockerode';
import type { ContainerCreateOptions, ContainerInspectInfo } from 'dockerode';

export type DockerClient = Docker;
export type CreateOptions = ContainerCreateOptions;
export type ContainerState = ContainerInspectInfo;

/** What `dockerode` throws for an answer above 399. */
interface EngineAnswer {
  statusCode?: number;
  json?: { message?: string };
  reason?: string;
  code?: string;
}

/** `version` like `v1.41`: what every path starts with. */
export async function openDocker(socket: string, version: string): Promise<DockerClient> {
  const { default: Client } = await import('dockerode');
  // An empty host keeps DOCKER_HOST of the environment from deciding instead of us.
  return new Client({ host: '', socketPath: socket, version });
}

/** The HTTP status of what went wrong, or null where no answer came. */
export function statusOf(error: unknown): number | null {
  return (error as EngineAnswer | null)?.statusCode ?? null;
}

/** The engine's own words. */
export function wordsOf(error: unknown): string {
  const answer = error as EngineAnswer | null;
  return answer?.json?.message ?? (error instanceof Error ? error.message : String(error));
}
