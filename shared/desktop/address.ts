/** How a server is reached, without any secret. */

import * as z from 'zod/mini';
import { provisionOptions } from './provision.ts';

/** A host name or an address as ssh takes it. Never starts with `-`, so that it cannot be read as an option. */
export const hostName = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9_:[][A-Za-z0-9_.:%\]-]{0,254}$/, 'a host has letters, digits, ".", ":" and "-" only'),
  );
export const userName = z
  .string()
  .check(z.regex(/^[A-Za-z_][A-Za-z0-9_.@\\-]{0,63}$/, 'a user has letters, digits, "_", "-" and "." only'));
export const portNumber = z.number().check(z.int(), z.minimum(1), z.maximum(65_535));

/** How the person proves who they are. Passwords and passphrases travel beside it, and are never stored here. */
export const auth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent') }),
  /** `path` of a private key on the desktop; `~/` is the person's home. */
  z.object({ kind: z.literal('key'), path: z.string().check(z.minLength(1), z.maxLength(4096)) }),
  z.object({ kind: z.literal('password') }),
]);
export type Auth = z.infer<typeof auth>;

/** A machine to go through, with a host key of its own. */
export const jump = z.object({ host: hostName, port: z._default(portNumber, 22), user: userName, auth });
export type Jump = z.infer<typeof jump>;

export const sshAddress = z.object({
  kind: z.literal('ssh'),
  host: hostName,
  port: z._default(portNumber, 22),
  user: userName,
  auth,
  jump: z.optional(jump),
});
export type SshAddress = z.infer<typeof sshAddress>;

/** `local`: this computer. */
export const address = z.discriminatedUnion('kind', [sshAddress, z.object({ kind: z.literal('local') })]);
export type Address = z.infer<typeof address>;

/** What may have to be asked of the person. Kept in memory only, for as long as the desktop runs. */
export const secrets = z.object({
  /** For `auth.kind` password. */
  password: z.optional(z.string()),
  /** Opens the key file. */
  passphrase: z.optional(z.string()),
  jumpPassword: z.optional(z.string()),
  jumpPassphrase: z.optional(z.string()),
});
export type Secrets = z.infer<typeof secrets>;

/** A host's public key as OpenSSH names it: `ssh-ed25519`, `SHA256:…` (base64 without padding). */
export const hostKey = z.object({
  algorithm: z.string(),
  sha256: z.string().check(z.regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'a fingerprint looks like SHA256:…')),
});
export type HostKey = z.infer<typeof hostKey>;

/** Which of the machines on the way a host key belongs to. */
export const hop = z.enum(['server', 'jump']);
export type Hop = z.infer<typeof hop>;

export const serverId = z.string().check(z.regex(/^[a-z0-9-]{1,40}$/, 'a server id has a-z, 0-9 and -'));

/** A server as the desktop remembers it. */
export const server = z.object({
  id: serverId,
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  address,
  /** Pinned after the person compared it; null until then, and for this computer. */
  hostKey: z.nullable(hostKey),
  jumpHostKey: z.nullable(hostKey),
  /** Milliseconds since the Unix epoch. */
  addedAt: z.number(),
  /** What it was last set up with from this desktop; null before, and after it was taken away. */
  provisioned: z._default(z.nullable(provisionOptions), null),
});
export type Server = z.infer<typeof server>;
