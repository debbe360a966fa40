/** wrk, the load generator: how many requests a proxy answers, and how long each took. */

import { join } from 'node:path';
import { runProgram } from './child.ts';
import { cores, pinned } from './pin.ts';
import { program } from './program.ts';

export interface Load {
  url: string;
  host: string;
  seconds: number;
  connections: number;
  /** Requests a second to aim at, in all; absent for as many as go. */
  rate?: number;
  /** Sends this in place of a GET; headers without a double quote. */
  post?: { body: string; headers: Readonly<Record<string, string>> };
  /** What to put before the command. */
  wrap?(argv: readonly string[]): string[];
  /** For its script. */
  folder: string;
}

export interface LoadResult {
  perSecond: number;
  requests: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers other than 2xx and 3xx, and connections that broke. */
  errors: number;
}

export async function load(options: Load): Promise<LoadResult> {
  const { wrap = (argv: readonly string[]) => [...argv] } = options;
  const script = join(options.folder, 'wrk.lua');
  await Bun.write(script, lua(options));
  const output = await runProgram(
    pinned(
      cores.load,
      wrap([
        program('wrk'),
        '-t1',
        `-c${options.connections}`,
        `-d${options.seconds}s`,
        '-s',
        script,
        '-H',
        `Host: ${options.host}`,
        options.url,
      ]),
    ),
  );
  return parseReport(output);
}

/** wrk prints human figures; the script's own line has them exactly. */
export function parseReport(output: string): LoadResult {
  const line = /^windlass-bench (\{.*\})$/m.exec(output);
  if (line?.[1] === undefined) throw new Error(`wrk reported nothing: ${output.slice(-500)}`);
  const seen = JSON.parse(line[1]) as {
    requests: number;
    us: number;
    p50: number;
    p99: number;
    errors: number;
  };
  return {
    requests: seen.requests,
    perSecond: seen.requests / (seen.us / 1e6),
    p50: seen.p50 / 1000,
    p99: seen.p99 / 1000,
    errors: seen.errors,
  };
}

/** With a rate, every connection pauses 0 to twice the mean before each request, so that they do not march in step. */
function lua({ rate, connections, post }: Load): string {
  const most = rate === undefined ? 0 : Math.round((2 * connections * 1000) / rate);
  const delay = rate === undefined ? '' : `function delay() return math.random(0, ${most}) end\n`;
  const request =
    post === undefined
      ? ''
      : `wrk.method = 'POST'\nwrk.body = [==[${post.body}]==]\n${Object.entries(post.headers)
          .map(([name, value]) => `wrk.headers["${name}"] = "${value}"\n`)
          .join('')}`;
  return `${request}${delay}function done(summary, latency, requests)
  local e = summary.errors
  print(string.format('windlass-bench {"requests":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}
