/** Web analytics in the server contract: questions, the settings of a site, and what a desktop copies. */

import * as z from 'zod/mini';
import { appName, environmentName, production } from '../names.ts';
import { call, nothing, stream, upload } from '../rpc.ts';
import { funnelAnswer, funnelQuestion } from './funnel.ts';
import { journeysAnswer, journeysQuestion } from './journeys.ts';
import { passingAnswer, passingQuestion } from './passing.ts';
import { answer, question } from './query.ts';
import { retentionAnswer, retentionQuestion } from './retention.ts';
import { segment } from './segment.ts';
import { defaultSettings, siteSettings } from './site-settings.ts';
import { vitalsAnswer, vitalsQuestion } from './vitals.ts';

export const siteAddress = {
  app: appName,
  environment: z._default(environmentName, production),
  /** `script`: what browsers told. `served`: pages as the proxy served them, for visitors whose browser tells nothing. */
  counted: z._default(z.enum(['script', 'served']), 'script'),
};

/** Why something that was sent is not counted. */
export const dropReasons = [
  'bot',
  'datacentre',
  'opt-out',
  'foreign',
  'flood',
  'left-out',
  'malformed',
] as const;
export type DropReason = (typeof dropReasons)[number];

export const heldPartition = z.object({
  /** ms since the epoch. */
  day: z.number(),
  bytes: z.number(),
  events: z.number(),
  /** Names the content: another one once something was added. */
  version: z.string(),
});

/** Segments are of both ways of counting. */
const site = { app: siteAddress.app, environment: siteAddress.environment };
const segmentsAnswer = z.object({ segments: z.array(segment) });

/** Servers from before a field was there do not say it; it then has the value that tells of none. */
export const siteStatus = z.object({
  settings: z.extend(siteSettings, {
    keepSumsDays: z._default(siteSettings.shape.keepSumsDays, defaultSettings.keepSumsDays),
  }),
  partitions: z.array(heldPartition),
  bytes: z.number(),
  /** Days that are kept by their sums alone. */
  sumDays: z._default(z.number(), 0),
  /** Since midnight (UTC), by `DropReason`; a server may know fewer of them, or more. */
  droppedToday: z.record(z.string(), z.number()),
  /** Whether places are known: a database was given. */
  places: z.boolean(),
  /** Whether what comes from datacentres is left out: a list of their addresses was given. */
  datacentres: z._default(z.boolean(), false),
});
export type SiteStatus = z.infer<typeof siteStatus>;

export const analyticsContract = {
  'analytics.ask': call(z.object({ ...siteAddress, question }), answer),
  'analytics.funnel': call(z.object({ ...siteAddress, question: funnelQuestion }), funnelAnswer),
  'analytics.journeys': call(z.object({ ...siteAddress, question: journeysQuestion }), journeysAnswer),
  /** Who saw a page within a short time, and the way of it where it was one visit. */
  'analytics.passing': call(z.object({ ...siteAddress, ...passingQuestion.shape }), passingAnswer),
  'analytics.retention': call(z.object({ ...siteAddress, question: retentionQuestion }), retentionAnswer),
  'analytics.vitals': call(z.object({ ...siteAddress, question: vitalsQuestion }), vitalsAnswer),
  'analytics.status': call(z.object(siteAddress), siteStatus),
  'analytics.configure': call(z.object({ ...site, settings: z.partial(siteSettings) }), siteSettings),
  'analytics.segments': call(z.object(site), segmentsAnswer),
  /** In place of the one of that name. `limit` beyond fifty. */
  'analytics.saveSegment': call(z.object({ ...site, segment }), segmentsAnswer),
  'analytics.removeSegment': call(
    z.object({ ...site, name: z.string().check(z.maxLength(60)) }),
    segmentsAnswer,
  ),
  /** A partition as an SQLite file, gzipped, in pieces of base64. `not-found` where its version is another one by now. */
  'analytics.partition': stream(
    z.object({ ...siteAddress, day: z.number(), version: z.string().check(z.maxLength(100)) }),
    z.object({ piece: z.string() }),
    z.object({ sha256: z.string() }),
  ),
  /**
   * A CSV another tool exported: tables of Plausible, a report by date of Google Analytics, Umami's website_event.csv. Days
   * that are counted here already are left alone (`known`).
   */
  'analytics.import': upload(
    z.object(siteAddress),
    z.object({ days: z.number(), sums: z.number(), known: z.number() }),
  ),
  /** A database of places (`.mmdb`: DB-IP Lite, GeoLite2 or one like them), kept on the server. */
  'analytics.places': upload(nothing, z.object({ name: z.string(), built: z.number() })),
  /** Addresses and ranges, one a line, whose traffic is left out; an empty list takes it away. `invalid` names a wrong line. */
  'analytics.datacentres': upload(nothing, z.object({ ranges: z.number() })),
} as const;
