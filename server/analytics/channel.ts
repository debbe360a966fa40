/**
 * Where a visit came from, in the words of marketing. The rules are those of Google Analytics' default channel group with
 * Plausible's additions; the first that fits counts.
 */

import { type KnownSource, sourceOfHost, sourceOfName } from './known-sources.ts';

export interface Arrival {
  /** Of the page that was opened first. */
  query: URLSearchParams;
  /** As the browser told it; may be empty or nonsense. */
  referrer: string;
  /** Of the page: a referrer of the same site is none. */
  host: string;
}

export interface Origin {
  /** A name people know, or a host; empty for none. */
  source: string;
  /** Host and path of the referrer, without its query; empty for none. */
  referrer: string;
  channel: string;
}

export function originOf({ query, referrer, host }: Arrival): Origin {
  const tag = (name: string) => (query.get(name) ?? '').trim().slice(0, 300);
  const tagged = tag('utm_source') || tag('source') || tag('ref');
  const from = foreignReferrer(referrer, host);
  const known = tagged === '' ? from && sourceOfHost(from.host) : sourceOfName(tagged);
  const source = known?.name ?? (tagged || (from?.host.replace(/^www\./, '') ?? ''));
  return {
    source,
    referrer: from === null ? '' : `${from.host.replace(/^www\./, '')}${from.path}`.slice(0, 2000),
    channel: channelOf({
      known,
      source,
      medium: tag('utm_medium').toLowerCase(),
      campaign: tag('utm_campaign').toLowerCase(),
      tagged,
      referred: from !== null,
      paidClick:
        (known?.name === 'Google' && query.has('gclid')) || (known?.name === 'Bing' && query.has('msclkid')),
    }),
  };
}

interface Signs {
  known: KnownSource | null;
  source: string;
  medium: string;
  campaign: string;
  tagged: string;
  referred: boolean;
  paidClick: boolean;
}

const paid = /^(.*cp.*|ppc|retargeting|paid.*)$/;
const display = new Set(['display', 'banner', 'expandable', 'interstitial', 'cpm']);
const socialMedia = new Set([
  'social',
  'social-network',
  'social-media',
  'sm',
  'social network',
  'social media',
]);
const referral = new Set(['referral', 'app', 'link']);

function channelOf({ known, source, medium, campaign, tagged, referred, paidClick }: Signs): string {
  const kind = known?.kind ?? null;
  const isPaid = paid.test(medium);
  if (campaign.includes('cross-network')) return 'Cross-network';
  if ((kind === 'shopping' || /^(.*(([^a-df-z]|^)shop|shopping).*)$/.test(campaign)) && isPaid) {
    return 'Paid Shopping';
  }
  if ((kind === 'search' && isPaid) || paidClick) return 'Paid Search';
  if (kind === 'social' && isPaid) return 'Paid Social';
  if (kind === 'video' && isPaid) return 'Paid Video';
  if (display.has(medium)) return 'Display';
  if (isPaid) return 'Paid Other';
  if (kind === 'shopping' || /^(.*(([^a-df-z]|^)shop|shopping).*)$/.test(campaign)) return 'Organic Shopping';
  if (kind === 'social' || socialMedia.has(medium)) return 'Organic Social';
  if (kind === 'video' || medium.includes('video')) return 'Organic Video';
  if (kind === 'search' || medium === 'organic') return 'Organic Search';
  if (kind === 'ai') return 'AI Assistants';
  if (kind === 'email' || /e[-_ ]?mail|newsletter/.test(`${source.toLowerCase()} ${medium}`)) return 'Email';
  if (medium === 'affiliate') return 'Affiliates';
  if (kind === 'audio' || medium === 'audio') return 'Audio';
  if (source.toLowerCase() === 'sms' || medium === 'sms') return 'SMS';
  if (/push$/.test(medium) || /mobile|notification/.test(medium) || source.toLowerCase() === 'firebase') {
    return 'Mobile Push Notifications';
  }
  if (referral.has(medium) || referred || tagged !== '') return 'Referral';
  return 'Direct';
}

const schemes = new Set(['http:', 'https:', 'android-app:']);

/** Null where there is none, or it is the site itself. */
function foreignReferrer(referrer: string, site: string): { host: string; path: string } | null {
  if (referrer === '' || referrer.length > 4000) return null;
  let url: URL;
  try {
    url = new URL(referrer);
  } catch {
    return null;
  }
  const host = url.hostname.toLowerCase();
  if (!schemes.has(url.protocol) || host === '' || host === 'localhost') return null;
  const bare = (name: string) => name.replace(/^www\./, '').toLowerCase();
  if (bare(host) === bare(site)) return null;
  return { host, path: url.pathname === '/' ? '' : url.pathname };
}
