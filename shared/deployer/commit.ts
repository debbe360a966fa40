/** What a repository says of a release's sources: commits and the files they touched. */

import * as z from 'zod/mini';

/** Most commits of a deployment, and files of a commit; what is beyond them is not known. */
export const mostCommits = 50;
export const mostFiles = 200;

export const commit = z.object({
  id: z.string().check(z.regex(/^[0-9a-f]{7,64}$/)),
  author: z.string().check(z.maxLength(100)),
  /** ms since the epoch. */
  at: z.number(),
  subject: z.string().check(z.maxLength(200)),
  /** Relative to the repository's root. */
  files: z.array(z.string().check(z.maxLength(500))).check(z.maxLength(mostFiles)),
});
export type Commit = z.infer<typeof commit>;

/** Newest first; the first is what was deployed. */
export const history = z.array(commit).check(z.maxLength(mostCommits));
