/** Secrets on this computer: in the system's own keeping, or in memory where it has none worth the name. */

import type { SafeStorage } from 'electron';
import type { Keeping } from '../../shared/desktop/keeping.ts';

export interface SecretStore {
  readonly keeping: Keeping;
  set(name: string, secret: string): Promise<void>;
  get(name: string): Promise<string | null>;
  remove(name: string): Promise<void>;
}

export interface SecretFiles {
  read(name: string): Promise<Buffer | null>;
  write(name: string, sealed: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}

type Safe = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> & {
  getSelectedStorageBackend?: SafeStorage['getSelectedStorageBackend'];
};

/** Ask only after Electron is ready: before, Linux always answers `unknown`. */
export function openSecretStore(safe: Safe, files: SecretFiles, platform: string): SecretStore {
  const keeping = keepingOf(safe, platform);
  if (keeping.kind === 'memory') return memoryStore(keeping);
  return {
    keeping,
    set: (name, secret) => files.write(name, safe.encryptString(secret)),
    async get(name) {
      const sealed = await files.read(name);
      return sealed === null ? null : safe.decryptString(sealed);
    },
    remove: (name) => files.remove(name),
  };
}

/** On Linux without a keyring the backend is `basic_text`: a password that every program knows. */
function keepingOf(safe: Safe, platform: string): Keeping {
  if (!safe.isEncryptionAvailable()) {
    return {
      kind: 'memory',
      why: 'This system offers no place for secrets. They are asked again after a restart.',
    };
  }
  const backend = platform === 'linux' ? safe.getSelectedStorageBackend?.() : undefined;
  if (backend === 'basic_text' || backend === 'unknown') {
    return {
      kind: 'memory',
      why: 'No keyring runs here, so secrets would lie in the open. They are kept in memory and asked again after a restart.',
    };
  }
  return { kind: 'system' };
}

function memoryStore(keeping: Keeping): SecretStore {
  const secrets = new Map<string, string>();
  return {
    keeping,
    set: async (name, secret) => void secrets.set(name, secret),
    get: async (name) => secrets.get(name) ?? null,
    remove: async (name) => void secrets.delete(name),
  };
}
