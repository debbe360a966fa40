/** Provisioning in words: options a person chooses, steps as shown before, during and after. */

import * as z from 'zod/mini';

export const stepId = z.enum([
  'os',
  'cpu',
  'disk',
  'clock',
  'ports',
  'sudo',
  'folders',
  'binary',
  'sysctl',
  'unit',
  'swap',
  'firewall',
  'updates',
  'ssh-hardening',
  'docker',
  'health',
]);
export type StepId = z.infer<typeof stepId>;

export const provisionOptions = z.object({
  /** Security updates by themselves (unattended-upgrades). */
  updates: z._default(z.boolean(), false),
  /** No passwords over ssh, no root login with one. */
  sshHardening: z._default(z.boolean(), false),
  /** A firewall that lets in ssh and the web only, where none is active yet. */
  firewall: z._default(z.boolean(), false),
  /** Docker from the system's own packages. */
  docker: z._default(z.boolean(), false),
  /** Apps get `APP.<domain>`. */
  domain: z._default(
    z.string().check(z.regex(/^[a-z0-9](?:[a-z0-9.-]{0,198}[a-z0-9])?$/, 'a domain looks like example.com')),
    'localhost',
  ),
});
export type ProvisionOptions = z.infer<typeof provisionOptions>;

/**
 * What looking at the server found for a step, before anything is changed.
 * - `done`: already as it should be; applying changes nothing.
 * - `needed`: will be changed.
 * - `blocked`: cannot go on; `message` says why and `hint` what to do. Nothing is applied.
 * - `skipped`: not chosen, or does not apply here.
 */
export const finding = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), message: z.string() }),
  z.object({ kind: z.literal('needed'), message: z.string() }),
  z.object({ kind: z.literal('blocked'), message: z.string(), hint: z.string() }),
  z.object({ kind: z.literal('skipped'), message: z.string() }),
]);
export type Finding = z.infer<typeof finding>;

export const plannedStep = z.object({
  id: stepId,
  title: z.string(),
  why: z.string(),
  /** Only looks, never changes. */
  readOnly: z.boolean(),
  /** A person may choose it or not. */
  optional: z.boolean(),
  finding,
});
export type PlannedStep = z.infer<typeof plannedStep>;

export const plan = z.object({
  steps: z.array(plannedStep),
  /** No step is blocked. */
  ready: z.boolean(),
  /** How many steps would change something. */
  changes: z.number(),
  /** The server asks for the person's password before it lets them become root. */
  needsSudoPassword: z.boolean(),
});
export type Plan = z.infer<typeof plan>;

export const stepEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), step: stepId, title: z.string() }),
  /** Bytes of the upload so far. */
  z.object({ kind: z.literal('progress'), step: stepId, done: z.number(), total: z.number() }),
  /** What the server printed, secrets taken out. */
  z.object({ kind: z.literal('line'), step: stepId, text: z.string() }),
  /** `changed` is false where it was already so. */
  z.object({
    kind: z.literal('ended'),
    step: stepId,
    changed: z.boolean(),
    tookMs: z.number(),
    message: z.string(),
  }),
]);
export type StepEvent = z.infer<typeof stepEvent>;

export const provisioned = z.object({
  /** Steps that changed something; empty where everything was as it should be. */
  changed: z.array(stepId),
  tookMs: z.number(),
  /** One sentence, e.g. `nothing had to be changed`. */
  message: z.string(),
});
export type Provisioned = z.infer<typeof provisioned>;

/** A step that is no longer as it was made. `provision.apply` repairs. */
export const drift = z.object({
  step: stepId,
  title: z.string(),
  message: z.string(),
  /** False where a person has to do it: see `hint`. */
  repairable: z.boolean(),
  hint: z.optional(z.string()),
});
export type Drift = z.infer<typeof drift>;
