/** One-off commands in the server contract. */

import * as z from 'zod/mini';
import { appName, environmentName, production } from '../names.ts';
import { stream } from '../rpc.ts';

export const commandEnd = z.object({
  /** Null where a signal ended it. */
  code: z.nullable(z.number()),
  signal: z.nullable(z.string()),
  /** Bytes, where it was ended for reaching the memory limit of the app. */
  oomLimit: z.nullable(z.number()),
});

export const commandsContract = {
  /**
   * Runs beside the instances of the live release: same files, variables, volumes and limits, but no `PORT`. Ends with
   * the reader: when the connection goes, so does the command.
   */
  'commands.run': stream(
    z.object({
      app: appName,
      environment: z._default(environmentName, production),
      argv: z.array(z.string().check(z.maxLength(131_072))).check(z.minLength(1), z.maxLength(1000)),
    }),
    /** A line without its end; both output streams in the order they were written. */
    z.object({ text: z.string() }),
    commandEnd,
  ),
} as const;
