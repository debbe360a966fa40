/** Events posted by wrk, from visitors that differ by their user agents. */

import { join } from 'node:path';
import { runProgram } from '../machine/child.ts';
import { cores, pinned } from '../machine/pin.ts';
import { program } from '../machine/program.ts';
import { type LoadResult, parseReport } from '../machine/wrk.ts';

export interface Posting {
  port: number;
  host: string;
  seconds: number;
  connections: number;
  folder: string;
  /** Events a second in all; as many as go where it is left out. */
  rate?: number;
}

/** Different people; each stays below what is taken for a flood. */
const visitors = 8000;

export async function postEvents(options: Posting): Promise<LoadResult> {
  const script = join(options.folder, 'events.lua');
  await Bun.write(script, lua(options));
  const output = await runProgram(
    pinned(cores.load, [
      program('wrk'),
      '-t1',
      `-c${options.connections}`,
      `-d${options.seconds}s`,
      '-s',
      script,
      `http://127.0.0.1:${options.port}/`,
    ]),
  );
  return parseReport(output);
}

function lua({ host, rate, connections }: Posting): string {
  const most = rate === undefined ? 0 : Math.round((2 * connections * 1000) / rate);
  const delay = rate === undefined ? '' : `function delay() return math.random(0, ${most}) end\n`;
  return `${delay}local n = 0
function request()
  n = n + 1
  local who = n % ${visitors}
  local body = '{"n":"pageview","u":"http://${host}/page-' .. (n % 500) .. '?utm_source=newsletter","r":"https://www.google.com/","w":1280,"rel":1}'
  return wrk.format('POST', '/.windlass/event', {
    ['Host'] = '${host}', ['Content-Type'] = 'text/plain', ['Accept-Language'] = 'de-DE,de;q=0.9',
    ['User-Agent'] = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/' .. (100 + who % 40) .. '.0.' .. who .. '.0 Safari/537.36',
  }, body)
end
function done(summary, latency, requests)
  local e = summary.errors
  print(string.format('windlass-bench {"requests":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}
