/** Terminals in the server contract: what is shown comes as a stream, what is typed goes by calls. */

import * as z from 'zod/mini';
import { appName, environmentName, production } from '../names.ts';
import { call, nothing, stream } from '../rpc.ts';
import { commandEnd } from './commands-contract.ts';

const size = {
  columns: z.number().check(z.int(), z.minimum(1), z.maximum(1000)),
  rows: z.number().check(z.int(), z.minimum(1), z.maximum(1000)),
};

export const terminalEvent = z.discriminatedUnion('kind', [
  /** Once, first: the name for `terminals.write` and `terminals.resize`. */
  z.object({ kind: z.literal('opened'), id: z.string() }),
  z.object({ kind: z.literal('data'), base64: z.string() }),
]);

export const terminalsContract = {
  /** A shell, or `argv`, in the live release, in a terminal of its own. Ends with the reader. */
  'terminals.open': stream(
    z.object({
      app: appName,
      environment: z._default(environmentName, production),
      argv: z.optional(
        z.array(z.string().check(z.maxLength(131_072))).check(z.minLength(1), z.maxLength(1000)),
      ),
      ...size,
      /** The client's TERM. */
      term: z._default(z.string().check(z.regex(/^[a-zA-Z0-9._+-]{1,64}$/)), 'xterm-256color'),
    }),
    terminalEvent,
    commandEnd,
  ),
  /** What was typed. Whoever types fast awaits each call, so that the order stays. */
  'terminals.write': call(
    z.object({ id: z.string(), base64: z.string().check(z.maxLength(1_000_000)) }),
    nothing,
  ),
  'terminals.resize': call(z.object({ id: z.string(), ...size }), nothing),
} as const;
