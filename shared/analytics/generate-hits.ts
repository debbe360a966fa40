/** Visitors that never were, the same for the same seed: for tests and the bench. Pure. */

import { type Hit, vitalNames } from './hit.ts';

export interface Crowd {
  seed: number;
  /** ms since the epoch; a whole UTC day. */
  day: number;
  visitors: number;
  /** Different pages. */
  pages: number;
}

/** Mulberry32: small, quick, and even enough for made-up visitors. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const dayMs = 86_400_000;
const countries = ['DE', 'US', 'FR', 'GB', 'IN', 'BR', 'JP', 'NL', 'ES', 'IT', ''];
const browsers = ['Chrome', 'Safari', 'Firefox', 'Edge', 'Samsung Browser'];
const systems = ['Windows', 'macOS', 'iOS', 'Android', 'Linux'];
const devices = ['Desktop', 'Mobile', 'Tablet'];
const origins = [
  { source: '', channel: 'Direct' },
  { source: 'Google', channel: 'Organic Search' },
  { source: 'Twitter', channel: 'Organic Social' },
  { source: 'newsletter', channel: 'Email', utm_source: 'newsletter', utm_campaign: 'spring' },
  { source: 'blog.example', channel: 'Referral', referrer: 'blog.example/post' },
];
const goals = ['Signup', 'Purchase', 'Outbound Link: Click', 'Add to cart'];

/** About three hits a visit and 1.2 visits a visitor; some go on after midnight. Visitor after visitor. */
export function* crowd({ seed, day, visitors, pages }: Crowd): Generator<Hit> {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() ** 2 * list.length)] as T;
  for (let number = 0; number < visitors; number++) {
    const visitor = `${(seed % 0xffff).toString(16).padStart(4, '0')}${number.toString(16).padStart(12, '0')}`;
    const traits = {
      country: pick(countries),
      browser: pick(browsers),
      os: pick(systems),
      device: pick(devices),
      language: pick(['en', 'de', 'fr']),
    };
    let at = day + Math.floor(random() * dayMs);
    const visits = random() < 0.8 ? 1 : 2;
    for (let visit = 0; visit < visits; visit++) {
      const views = 1 + Math.floor(random() ** 3 * 8);
      const hit = {
        visitor,
        host: 'shop.example',
        release: 1 + Math.floor(random() * 3),
        visit: { ...traits, ...pick(origins) },
      };
      const nothing = { props: '', revenue: 0, currency: '', interactive: false, page: null };
      for (let view = 0; view < views; view++) {
        const path = `/page-${Math.floor(random() ** 3 * pages)}`;
        yield { ...hit, ...nothing, at, kind: 'pageview', name: 'pageview', path };
        if (random() < 0.2) {
          const name = pick(goals);
          const sale = name === 'Purchase';
          yield {
            ...hit,
            ...nothing,
            at: at + 1000,
            kind: 'event',
            name,
            path,
            interactive: random() < 0.8,
            props:
              random() < 0.5
                ? JSON.stringify({ plan: pick(['free', 'team']), try: Math.floor(random() * 3) })
                : '',
            revenue: sale ? Math.floor(random() * 100) * 1000 : 0,
            currency: sale ? pick(['EUR', 'USD']) : '',
          };
        }
        if (random() < 0.6) {
          const vitals = Object.fromEntries(
            vitalNames.map((name) => [
              name,
              name === 'cls' ? Math.round(random() * 3000) / 10_000 : Math.floor(random() * 5000),
            ]),
          );
          const page = { engaged: Math.floor(random() * 60_000), scroll: Math.floor(random() * 101), vitals };
          yield { ...hit, ...nothing, at: at + 20_000, kind: 'measures', name: '', path, page };
        }
        at += 20_000 + Math.floor(random() * 120_000);
      }
      at += 1_900_000 + Math.floor(random() * 6 * 3_600_000);
    }
  }
}
