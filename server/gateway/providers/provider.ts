/** What a kind of provider is: its dialect, how a key is shown to it, and what it says differently. */

import type { ProviderKind } from '../../../shared/gateway/contract.ts';
import type { Json } from '../conversation/fields.ts';
import type { DialectName, ProviderDialect } from '../dialects/dialect.ts';

export interface Provider {
  readonly kind: ProviderKind;
  /** What conversations are rendered into. */
  readonly dialect: ProviderDialect;
  /** Dialects it is spoken to in as they came. */
  readonly speaks: readonly DialectName[];
  /** Names its own models go by, with `*` for anything; empty where they may have any. */
  readonly models: readonly string[];
  /** Where a request of a dialect goes, behind the base URL. */
  chatPath(dialect: ProviderDialect['name'], model: string, stream: boolean): string;
  /** Where what we do not model goes, by its OpenAI path (`/embeddings`); null where it has nothing of the kind. */
  otherPath(path: string): string | null;
  headers(secret: string | null): Readonly<Record<string, string>>;
  /** What it wants said differently from its dialect. */
  adapt?(body: Json): Json;
}
