/** Certificates in control.db, with their keys sealed. */

import type { Certificate, CertificateKind } from '../../shared/certificates/contract.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../kernel/store.ts';
import type { ReadChain } from './read-chain.ts';

interface Row {
  id: number;
  kind: CertificateKind;
  names: string;
  issuer: string;
  not_before: number;
  not_after: number;
  fingerprint: string;
}

export class CertificateStore {
  constructor(
    private readonly store: Store,
    private readonly secrets: Secrets,
  ) {}

  /** The newest first. */
  all(): Certificate[] {
    return this.store.db
      .query<Row, []>(
        `SELECT id, kind, names, issuer, not_before, not_after, fingerprint FROM certificates ORDER BY id DESC`,
      )
      .all()
      .map(certificateOf);
  }

  /** Replaces those of the same kind for the same names. */
  add(kind: CertificateKind, read: ReadChain, key: string): Certificate {
    const names = JSON.stringify(read.names);
    return this.store.transaction(() => {
      this.store.db.query('DELETE FROM certificates WHERE kind = ? AND names = ?').run(kind, names);
      const row = this.store.db
        .query<{ id: number }, [string, string, string, number, number, string, string, Uint8Array]>(
          `INSERT INTO certificates (kind, names, issuer, not_before, not_after, fingerprint, chain, key)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
        )
        .get(
          kind,
          names,
          read.issuer,
          read.notBefore,
          read.notAfter,
          read.fingerprint,
          read.chain,
          this.secrets.seal(key, contextOf(read.fingerprint)),
        );
      const { chain: _, ...facts } = read;
      return { id: row?.id ?? 0, kind, ...facts };
    });
  }

  /** The pair in the clear; null where it was removed. Throws `failed` where its key cannot be opened. */
  pair(id: number): { chain: string; key: string } | null {
    const row = this.store.db
      .query<{ chain: string; key: Uint8Array; fingerprint: string }, [number]>(
        'SELECT chain, key, fingerprint FROM certificates WHERE id = ?',
      )
      .get(id);
    if (row === null) return null;
    return { chain: row.chain, key: this.secrets.open(row.key, contextOf(row.fingerprint)) };
  }

  /** False where there was none. */
  remove(id: number): boolean {
    return this.store.db.query('DELETE FROM certificates WHERE id = ?').run(id).changes > 0;
  }
}

const contextOf = (fingerprint: string) => `certificate:${fingerprint}`;

function certificateOf(row: Row): Certificate {
  return {
    id: row.id,
    kind: row.kind,
    names: JSON.parse(row.names) as string[],
    issuer: row.issuer,
    notBefore: row.not_before,
    notAfter: row.not_after,
    fingerprint: row.fingerprint,
  };
}
