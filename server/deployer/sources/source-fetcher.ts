/** The fetcher of the deployer: uploads are unpacked, repositories are cloned. */

import { bytesText } from '../../../shared/bytes-text.ts';
import { countText } from '../../../shared/count-text.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { extractArchive } from './extract.ts';
import type { Fetcher } from './fetcher.ts';
import { fetchRepository, type GitOptions } from './git.ts';
import type { UploadStore } from './upload-store.ts';

export interface SourceFetcherOptions {
  uploads: UploadStore;
  git: GitOptions;
  /** Most bytes an upload may unpack to. */
  maxBytes: number;
}

export function createSourceFetcher({ uploads, git, maxBytes }: SourceFetcherOptions): Fetcher {
  return {
    async fetch({ source, into, onLine, signal }) {
      if (signal.aborted) throw new WindlassError('cancelled', 'fetching was cancelled');
      switch (source.kind) {
        case 'upload': {
          const archive = await uploads.path(source.upload);
          const { files, bytes } = await extractArchive({ archive, into, maxBytes, signal });
          onLine(`unpacked ${countText(files, 'file')}, ${bytesText(bytes)}`);
          return { from: source.from };
        }
        case 'git': {
          const { commit, shown, history } = await fetchRepository(git, {
            url: source.url,
            ref: source.ref,
            into,
            onLine,
            signal,
          });
          const at = source.ref === undefined || source.ref === commit ? commit : `${commit} (${source.ref})`;
          onLine(`fetched ${shown} at ${at}`);
          return { from: `${shown} at ${at}`, commits: history };
        }
      }
    },
  };
}
