/** What apps, environments and variables may be called. Names end up in host names, paths and units, so they are narrow. */

import * as z from 'zod/mini';

/** An app: a DNS label (RFC 1123), so that `<app>.<base domain>` is always a valid host. */
export const appName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
      'an app name has 1 to 40 of a-z, 0-9 and -, and starts and ends with a letter or digit',
    ),
  );

/** `production`, or the name of a preview. */
export const environmentName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
      'an environment name has 1 to 20 of a-z, 0-9 and -, and starts and ends with a letter or digit',
    ),
  );

/** An environment variable (POSIX.1-2017, 8.1). */
export const variableName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
      'a variable name has letters, digits and _, and no digit first',
    ),
  );

export const production = 'production';
