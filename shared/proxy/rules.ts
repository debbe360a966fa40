/** Rules of an environment's requests: what `windlass.json` may say of them, and what may be set by hand. */

import * as z from 'zod/mini';
import { parseRange } from './address-range.ts';
import { pathPatternSyntax } from './path-pattern.ts';

const path = z
  .string()
  .check(
    z.maxLength(1024),
    z.regex(pathPatternSyntax, 'a path is like "/about", "/blog/*" or "*.png", without "?" and "#"'),
  );
const fieldName = z
  .string()
  .check(
    z.maxLength(100),
    z.regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'a header name has no spaces or colons'),
  );
const fieldValue = z
  .string()
  .check(
    z.maxLength(4096),
    z.regex(
      /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
      'a header value is plain ASCII without spaces at its ends',
    ),
  );
const target = z
  .string()
  .check(
    z.maxLength(2048),
    z.regex(/^(?:\/|https?:\/\/)[\x21-\x7e]*$/, 'it leads to a path like "/new/:splat" or to an http(s) URL'),
  );
const range = z.string().check(
  z.maxLength(50),
  z.refine(
    (text) => parseRange(text) !== null,
    'an address is like "203.0.113.7", "10.0.0.0/8" or "2001:db8::/32"',
  ),
);
const size = z
  .string()
  .check(z.regex(/^\d+(\.\d+)?[kmg]$/, 'a size is a number with k, m or g behind it, like "10m"'));
const count = (most: number) => z.number().check(z.int(), z.minimum(1), z.maximum(most));
const origin = z
  .string()
  .check(
    z.regex(/^(?:\*|https?:\/\/[A-Za-z0-9.:[\]-]+)$/, 'an origin is like "https://app.example.com", or "*"'),
  );
const page = z.string().check(z.maxLength(65_536));
const pageStatus = z.enum(['403', '404', '413', '429', '500', '502', '503', '504']);
/** A part of an environment: this path and everything below it, by whole segments. Plain, as requests for it are compared in many spellings. */
export const placePath = z
  .string()
  .check(
    z.maxLength(500),
    z.regex(
      /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9\-._~!$&'()+,=:@]+)+$/,
      'a place is like "/admin" or "/api/hooks", plain letters and digits without "*" at its end',
    ),
  );

/** What `windlass.json` may say, and a hand may replace key by key. */
export const ruleShape = {
  redirects: z.optional(
    z
      .array(
        z.strictObject({
          from: path,
          /** `:splat` in it is what `*` stood for; the query goes along unless it has one. */
          to: target,
          status: z.optional(z.literal([301, 302, 303, 307, 308])),
        }),
      )
      .check(z.maxLength(1000)),
  ),
  headers: z.optional(
    z
      .array(
        z.strictObject({
          path: z.optional(path),
          set: z.optional(z.record(fieldName, fieldValue)),
          remove: z.optional(z.array(fieldName).check(z.maxLength(50))),
        }),
      )
      .check(z.maxLength(200)),
  ),
  cors: z.optional(
    z
      .array(
        z.strictObject({
          path: z.optional(path),
          origins: z.array(origin).check(z.minLength(1), z.maxLength(100)),
          methods: z.optional(z.array(fieldName).check(z.maxLength(20))),
          headers: z.optional(z.array(fieldName).check(z.maxLength(50))),
          expose: z.optional(z.array(fieldName).check(z.maxLength(50))),
          credentials: z.optional(z.boolean()),
          maxAge: z.optional(z.number().check(z.int(), z.minimum(0), z.maximum(86_400))),
        }),
      )
      .check(z.maxLength(50)),
  ),
  compress: z.optional(z.boolean()),
  rates: z.optional(
    z
      .array(
        z.strictObject({
          path: z.optional(path),
          requests: count(1_000_000),
          /** Seconds. */
          per: count(86_400),
          burst: z.optional(count(1_000_000)),
          by: z.optional(z.enum(['client', 'all'])),
        }),
      )
      .check(z.maxLength(20)),
  ),
  concurrency: z.optional(
    z.array(z.strictObject({ path: z.optional(path), most: count(100_000) })).check(z.maxLength(20)),
  ),
  maxBody: z.optional(size),
  allow: z.optional(z.array(range).check(z.maxLength(1000))),
  deny: z.optional(z.array(range).check(z.maxLength(1000))),
};

export const fileRules = z.strictObject(ruleShape);
export type FileRules = z.infer<typeof fileRules>;

/** Everything that may be set by hand. */
export const routeRules = z.strictObject({
  ...ruleShape,
  /**
   * Parts with visitors of their own. The most specific one that says something decides alone: over addresses by its `allow` and
   * `deny`, over passwords by its own ones, or by `open`, which asks for none.
   */
  places: z.optional(
    z
      .array(
        z.strictObject({
          path: placePath,
          allow: z.optional(z.array(range).check(z.maxLength(1000))),
          deny: z.optional(z.array(range).check(z.maxLength(1000))),
          open: z.optional(z.boolean()),
        }),
      )
      .check(z.maxLength(100)),
  ),
  /** The one host visitors should see; all others of the environment lead there. */
  canonicalHost: z.optional(z.string().check(z.maxLength(260))),
  /** Every visitor gets 503 but those of `allow`. */
  maintenance: z.optional(
    z.strictObject({
      page: z.optional(page),
      allow: z.optional(z.array(range).check(z.maxLength(100))),
      /** Seconds after which visitors are told to come again. */
      retryAfter: z.optional(count(86_400)),
    }),
  ),
  /** HTML in place of the proxy's own pages, by status. */
  pages: z.optional(z.partialRecord(pageStatus, page)),
  /** Answers of the app itself that browsers see such a page in place of; other clients get the app's. */
  replace: z.optional(z.array(pageStatus).check(z.maxLength(8))),
  /** Visitors have to prove that their browser did some work, once an hour. */
  challenge: z.optional(z.strictObject({ path: z.optional(path), bits: z.optional(count(24)) })),
});
export type RouteRules = z.infer<typeof routeRules>;

/** What the first fault of rules is, and where: `rates.0.requests: expected a number`. */
export function ruleFault({ issues }: { issues: readonly z.core.$ZodIssue[] }): string {
  const [issue] = issues;
  if (issue === undefined) return 'it is no rule';
  const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return where + wanted(issue);
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `there is no ${issue.keys.join(', ')}`;
    case 'invalid_type':
      return `expected ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'too_small':
      return `expected at least ${issue.minimum}`;
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

/** Of the two, what was set by hand counts, key by key. */
export function effectiveRules(file: FileRules, set: RouteRules): RouteRules {
  return { ...file, ...set };
}

/** The keys of `windlass.json` that are rules. */
export function fileRulesOf(config: FileRules): FileRules {
  const { redirects, headers, cors, compress, rates, concurrency, maxBody, allow, deny } = config;
  return defined({ redirects, headers, cors, compress, rates, concurrency, maxBody, allow, deny });
}

function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
