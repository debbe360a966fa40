/** Heads of requests to providers, kept: they differ only by provider, API key and path. */

import type { SnapshotProvider } from '../config/snapshot.ts';
import { baseUrls } from '../providers/base-urls.ts';
import { providers as kinds } from '../providers/registry.ts';
import { type Origin, parseOrigin } from '../upstream/origin.ts';
import { requestHead } from '../upstream/request-head.ts';

const most = 500;

interface Head {
  readonly provider: SnapshotProvider;
  readonly secret: string | null;
  readonly path: string;
  readonly type: string;
  readonly beta: string | null;
  readonly text: string;
}

/** One for each snapshot, and gone with it. */
export class Heads {
  readonly #origins = new Map<SnapshotProvider, Origin>();
  readonly #heads = new Map<SnapshotProvider, Map<string, string>>();
  /** Asked for again and again, it is not looked up. */
  #last: Head | null = null;

  /** Throws `WindlassError` for an address nothing may be sent to. */
  originOf(provider: SnapshotProvider): Origin {
    let origin = this.#origins.get(provider);
    if (origin === undefined) {
      origin = parseOrigin(provider.baseUrl || baseUrls[provider.kind], provider.private);
      this.#origins.set(provider, origin);
    }
    return origin;
  }

  /** Of a POST of `type`; `beta` is Anthropic's header of that name, which is the client's. */
  headOf(
    provider: SnapshotProvider,
    secret: string | null,
    path: string,
    type: string,
    beta: string | null,
  ): string {
    const last = this.#last;
    if (
      last?.provider === provider &&
      last.path === path &&
      last.secret === secret &&
      last.type === type &&
      last.beta === beta
    )
      return last.text;
    const text = this.#find(provider, secret, path, type, beta);
    this.#last = { provider, secret, path, type, beta, text };
    return text;
  }

  #find(
    provider: SnapshotProvider,
    secret: string | null,
    path: string,
    type: string,
    beta: string | null,
  ): string {
    let heads = this.#heads.get(provider);
    if (heads === undefined || heads.size >= most) {
      heads = new Map();
      this.#heads.set(provider, heads);
    }
    const key = `${secret}\n${path}\n${type}\n${beta}`;
    let head = heads.get(key);
    if (head === undefined) {
      head = requestHead(this.originOf(provider), 'POST', path, {
        'content-type': type,
        accept: '*/*',
        'user-agent': 'windlass',
        'accept-encoding': 'identity',
        ...kinds[provider.kind].headers(secret),
        ...(beta === null ? {} : { 'anthropic-beta': beta }),
      });
      heads.set(key, head);
    }
    return head;
  }
}
