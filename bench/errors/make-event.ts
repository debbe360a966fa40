/** Error events as real SDKs send them, 20 to 50 kB each, different in every way that costs time. Pure, the same each run. */

export interface MadeEvent {
  /** Which of the bugs it is. */
  bug: number;
  json: string;
}

/** A generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const words =
  'order cart user total price stock queue cache token page query retry batch index worker stream'.split(' ');

/** `size` is about how many bytes it will have; `bugs` how many different ones there are. */
export function makeEvent(
  random: () => number,
  bugs: number,
  size: { least: number; most: number },
): MadeEvent {
  const pick = () => words[Math.floor(random() * words.length)] ?? '';
  const bug = Math.floor(random() ** 2 * bugs);
  const wanted = size.least + random() * (size.most - size.least);
  const frame = (depth: number) => ({
    filename:
      depth < 8
        ? `node_modules/lib-${(bug + depth) % 40}/dist/index.js`
        : `src/${words[bug % 16]}/${words[depth % 16]}.js`,
    abs_path: `/app/src/${words[bug % 16]}/${words[depth % 16]}.js`,
    function: `${words[(bug + depth) % 16]}${(bug * 7 + depth) % 100}`,
    lineno: 10 + Math.floor(random() * 400),
    colno: 5 + depth,
    in_app: depth >= 8,
    pre_context: Array.from(
      { length: 5 },
      (_, at) => `  const ${words[at]} = await load(${words[(at + bug) % 16]}, ${depth});`,
    ),
    context_line: `    return ${words[(bug + depth) % 16]}(${words[depth % 16]}, ${bug});`,
    post_context: Array.from(
      { length: 5 },
      (_, at) => `  if (${words[at]} === undefined) throw new Error('${words[depth % 16]}');`,
    ),
  });
  const event: Record<string, unknown> & { breadcrumbs: unknown[] } = {
    platform: 'node',
    level: 'error',
    environment: 'production',
    server_name: `host-${Math.floor(random() * 4)}`,
    sdk: { name: 'sentry.javascript.node', version: '10.78.0' },
    exception: {
      values: [
        {
          type: bug % 3 === 0 ? 'TypeError' : 'Error',
          value: `${pick()} ${Math.floor(random() * 100_000)} of ${pick()} is not ${pick()}`,
          stacktrace: { frames: Array.from({ length: 20 }, (_, depth) => frame(depth)) },
          mechanism: { type: 'generic', handled: random() < 0.5 },
        },
      ],
    },
    user: {
      id: String(Math.floor(random() * 20_000)),
      email: `u${Math.floor(random() * 20_000)}@example.com`,
    },
    request: { url: `https://shop.example/${pick()}/${Math.floor(random() * 500)}`, method: 'GET' },
    tags: { plan: pick(), region: words[Math.floor(random() * 4)], version: `1.${bug % 20}` },
    contexts: { runtime: { name: 'node', version: 'v22.3.0' }, os: { name: 'Linux', version: '6.1' } },
    breadcrumbs: [],
  };
  let bytes = JSON.stringify(event).length;
  while (bytes < wanted && event.breadcrumbs.length < 300) {
    const crumb = {
      timestamp: 1_700_000_000 + event.breadcrumbs.length + random(),
      category: 'http',
      level: 'info',
      data: {
        method: 'GET',
        url: `https://api.example/${pick()}/${Math.floor(random() * 1e6)}?${pick()}=${random()}`,
        status_code: 200,
      },
    };
    event.breadcrumbs.push(crumb);
    bytes += JSON.stringify(crumb).length + 1;
  }
  return { bug, json: JSON.stringify(event) };
}
