/** What turns a deployment's source into a folder. */

import type { Commit } from '../../../shared/deployer/commit.ts';
import type { Source } from '../../../shared/deployer/model.ts';

export interface FetchRequest {
  source: Exclude<Source, { kind: 'release' | 'image' }>;
  /** An empty folder to fill. */
  into: string;
  onLine(text: string): void;
  signal: AbortSignal;
}

export interface Fetched {
  /** For people: the folder's name, the URL with its commit. */
  from: string;
  /** Of a repository, newest first. */
  commits?: readonly Commit[];
}

export interface Fetcher {
  /** Throws `WindlassError`: what is wrong with the archive or the repository, and what to do. Leaves nothing outside `into`. */
  fetch(request: FetchRequest): Promise<Fetched>;
}
