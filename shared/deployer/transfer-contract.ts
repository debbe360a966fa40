/** Moving an app as one file, in the server contract. */

import * as z from 'zod/mini';
import { appName, environmentName, production } from '../names.ts';
import { call, stream } from '../rpc.ts';
import { deployment } from './model.ts';

const passphrase = z
  .string()
  .check(z.minLength(8, 'a passphrase has at least 8 characters'), z.maxLength(1024));

export const transferContract = {
  /** The file, in pieces: the live release's files and configuration, the names of its variables, and what is asked for. */
  'apps.export': stream(
    z.object({
      app: appName,
      environment: z._default(environmentName, production),
      /** With it the values of variables go along, encrypted. */
      passphrase: z.optional(passphrase),
      volumes: z._default(z.boolean(), false),
    }),
    z.object({ base64: z.string() }),
    z.object({ release: z.number(), variables: z.number(), volumes: z.array(z.string()) }),
  ),
  /** Makes a new app of an uploaded export and deploys it. `missing`: variables that came without their values. */
  'apps.import': call(
    z.object({
      upload: z.string(),
      /** Default: the name it had. */
      app: z.optional(appName),
      environment: z._default(environmentName, production),
      passphrase: z.optional(passphrase),
    }),
    z.object({ deployment, missing: z.array(z.string()), volumes: z.array(z.string()) }),
  ),
} as const;
