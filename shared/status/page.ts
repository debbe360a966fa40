/** A status page as it is set up. */

import * as z from 'zod/mini';

export const statusPage = z.object({
  id: z.number(),
  /** It is at `/.windlass/status/<slug>/` of every host. */
  slug: z.string().check(z.regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'a-z, 0-9 and - only')),
  title: z.string().check(z.minLength(1), z.maxLength(80)),
  /** A paragraph under the title; plain text. */
  about: z._default(z.string().check(z.maxLength(1000)), ''),
  /** A host of its own, all of which is the page. */
  host: z._default(z.nullable(z.string().check(z.maxLength(253))), null),
  /** Where people find it, for links in mails and feeds: `https://status.example.com`. */
  address: z._default(z.nullable(z.string().check(z.maxLength(500), z.regex(/^https?:\/\/[^\s]+$/))), null),
  components: z
    .array(
      z.object({
        name: z.string().check(z.minLength(1), z.maxLength(80)),
        group: z._default(z.string().check(z.maxLength(80)), ''),
        /** Checks by id: it is down when all of them are, and impaired when some are. */
        checks: z.array(z.number()).check(z.maxLength(200)),
      }),
    )
    .check(z.maxLength(200)),
  /** Whether visitors may subscribe. */
  subscribe: z._default(z.boolean(), false),
});
export type StatusPage = z.infer<typeof statusPage>;
