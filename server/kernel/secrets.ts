/** Secrets at rest (AES-256-GCM under the key file of the data folder) and secrets in text (replaced by value). */

export interface Secrets {
  /** Encrypts; `context` (e.g. `env:<environment id>`) is bound in, so a value cannot be moved elsewhere. */
  seal(plain: string, context: string): Uint8Array;
  /** Throws `WindlassError('failed')` where the key or the context is not the one it was sealed with. */
  open(sealed: Uint8Array, context: string): string;
  /** From now on `redact` and every log replace these values. Values shorter than 6 characters are not tracked. */
  remember(values: Iterable<string>): void;
  /** Text with every remembered value replaced by `[secret]`. */
  redact(text: string): string;
}
