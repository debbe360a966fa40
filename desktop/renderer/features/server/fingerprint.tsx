/** The host key at first sight: shown as ssh shows it, so that a person can compare it with what the provider tells. */

import type { Hop } from '../../../../shared/desktop/address.ts';
import { Button } from '../../ui/button.tsx';
import styles from './fingerprint.module.css';

export interface FingerprintProps {
  hop: Hop;
  algorithm: string;
  sha256: string;
  busy: boolean;
  onSame(): void;
  onDifferent(): void;
}

export function Fingerprint({ hop, algorithm, sha256, busy, onSame, onDifferent }: FingerprintProps) {
  const [prefix, rest = ''] = sha256.split(':');
  return (
    <section className={styles.fingerprint} aria-label="Compare the fingerprint">
      <h2>Is this the {hop === 'jump' ? 'jump host’s' : 'server’s'} key?</h2>
      <p>
        Nothing has been sent yet. Compare it with what your provider’s console shows, or run there:{' '}
        <code>ssh-keygen -lf /etc/ssh/{fileOf(algorithm)}</code>
      </p>
      <p className={styles.key}>
        <span>{algorithm}</span>
        <span>
          {prefix}:
          {(rest.match(/.{1,6}/g) ?? []).map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which may repeat.
            <b key={`${index}${part}`}>{part}</b>
          ))}
        </span>
      </p>
      <div className={styles.ends}>
        <Button weight="main" busy={busy} onClick={onSame}>
          It is the same
        </Button>
        <Button onClick={onDifferent}>It differs</Button>
      </div>
    </section>
  );
}

function fileOf(algorithm: string): string {
  if (algorithm.includes('ed25519')) return 'ssh_host_ed25519_key.pub';
  return algorithm.startsWith('ecdsa') ? 'ssh_host_ecdsa_key.pub' : 'ssh_host_rsa_key.pub';
}
