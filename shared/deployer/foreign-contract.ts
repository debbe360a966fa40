/** Containers that somebody else started, in the server contract: what there is, and making an app of one. */

import * as z from 'zod/mini';
import { appName, environmentName, production } from '../names.ts';
import { call, nothing } from '../rpc.ts';
import { deployment } from './model.ts';

const container = z
  .string()
  .check(z.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/, 'a container has a name or an id'));

export const foreignContract = {
  /** Containers of the engine that are not ours. */
  'containers.list': call(
    nothing,
    z.object({
      containers: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          image: z.string(),
          state: z.string(),
          ports: z.array(z.number()),
        }),
      ),
    }),
  ),
  /** The Compose file that would be deployed for it; values of variables are left out. */
  'containers.describe': call(
    z.object({ container }),
    z.object({
      compose: z.string(),
      variables: z.array(z.string()),
      volumes: z.array(z.object({ name: z.string(), path: z.string() })),
      /** What is not taken over, and why. */
      warnings: z.array(z.string()),
    }),
  ),
  /** Makes a new app of it and deploys it. The container itself, its image and its volumes stay as they are. */
  'containers.import': call(
    z.object({
      container,
      app: appName,
      environment: z._default(environmentName, production),
      /** Copy what is in its volumes. */
      volumes: z._default(z.boolean(), false),
    }),
    z.object({ deployment, variables: z.array(z.string()), warnings: z.array(z.string()) }),
  ),
} as const;
