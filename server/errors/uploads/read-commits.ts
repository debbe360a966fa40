/** Commits as `sentry-cli releases set-commits` sends them. */

import { type Commit, mostCommits, mostFiles } from '../../../shared/deployer/commit.ts';
import { listOf, objectOf, textOf } from '../event/text.ts';
import { isObject } from '../wire/envelope.ts';

/** Newest first. What has no id is left out. */
export function readCommits(given: unknown): Commit[] {
  return listOf(given, mostCommits).flatMap((each) => {
    if (!isObject(each)) return [];
    const id = textOf(each.id, 64).toLowerCase();
    if (!/^[0-9a-f]{7,64}$/.test(id)) return [];
    const at = Date.parse(textOf(each.timestamp, 40));
    return [
      {
        id,
        author: textOf(each.author_name, 100) || textOf(each.author_email, 100),
        at: Number.isFinite(at) ? at : 0,
        subject: textOf(each.message, 2000).split('\n', 1)[0]?.slice(0, 200) ?? '',
        files: listOf(each.patch_set, mostFiles).flatMap((patch) => textOf(objectOf(patch).path, 500) || []),
      },
    ];
  });
}
