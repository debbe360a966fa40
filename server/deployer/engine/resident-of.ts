/** The memory a container uses now. */

import { type DockerClient, statusOf } from './docker.ts';

/** Bytes without the page cache that could be given back at once, as `docker stats` counts. Null where it is gone. */
export async function residentOf(docker: DockerClient, id: string): Promise<number | null> {
  try {
    const stats = await docker.getContainer(id).stats({ stream: false, 'one-shot': true });
    // One that just ended has no figures.
    const { usage, stats: parts } = stats.memory_stats ?? {};
    if (usage === undefined) return null;
    // cgroup v1 counts the children by `total_`, v2 always does.
    const cache = (parts as Record<string, number> | undefined) ?? {};
    return usage - (cache.total_inactive_file ?? cache.inactive_file ?? 0);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
