/** The kernel's block of the server contract: what the server itself can be asked. */

import * as z from 'zod/mini';
import { call, nothing } from '../rpc.ts';

export const serverInfo = z.object({
  version: z.string(),
  pid: z.number(),
  /** Milliseconds since the Unix epoch. */
  startedAt: z.number(),
  dataDir: z.string(),
  /** Where the proxy listens, `host:port`; null while it does not. */
  http: z.nullable(z.string()),
  /** Apps get `<app>.<baseDomain>` as their first host. */
  baseDomain: z.string(),
  runtimes: z.array(z.string()),
  /** Resident set of the server process, bytes. */
  memory: z.number(),
  /** Cores that requests are forwarded on; more than one while one is not enough. Not said by older servers. */
  cores: z.optional(z.number()),
});
export type ServerInfo = z.infer<typeof serverInfo>;

export const doctorFinding = z.object({
  check: z.string(),
  /** `ok`: nothing to do. `warning`: works, but look at it. `failing`: something does not work. */
  state: z.enum(['ok', 'warning', 'failing']),
  /** What was found, with the figure. */
  message: z.string(),
  hint: z.optional(z.string()),
});
export type DoctorFinding = z.infer<typeof doctorFinding>;

export const job = z.object({
  id: z.string(),
  kind: z.string(),
  /** What the job works on, e.g. a deployment id. */
  subject: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  attempts: z.number(),
  runAfter: z.number(),
  error: z.nullable(z.string()),
});
export type Job = z.infer<typeof job>;

export const kernelContract = {
  'server.info': call(nothing, serverInfo),
  'server.doctor': call(nothing, z.object({ findings: z.array(doctorFinding) })),
  'jobs.list': call(nothing, z.object({ jobs: z.array(job) })),
} as const;
