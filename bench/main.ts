/** `npm run bench -- NAME… [--runtime docker] [--only TEXT] [--json] [--check]`: measures, and says each figure against its bar. */

import { cpus, loadavg, release, totalmem } from 'node:os';
import { buildHere } from '../tools/build.ts';
import { ensureBaseImages } from '../tools/suites/base-images.ts';
import { type BenchRuntime, runtimes } from './bench.ts';
import { catalogue } from './catalogue.ts';
import { type Report, reportLines } from './report.ts';
import { runBench } from './run-bench.ts';

const usage = `usage: npm run bench -- [NAME…] [--runtime docker] [--only TEXT] [--json] [--check]

${catalogue.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`).join('\n')}

Without a name, all of them run. --runtime docker measures those that can with apps in containers. --only measures the cases with this text in their name, in benchmarks that have cases (attack, errors, fuzz, gateway). --json prints one document; --check exits 1 where a bar is missed.`;

const args = process.argv.slice(2);
const asked = given('--runtime') ?? 'native';
const runtime = runtimes.find((each) => each === asked);
const only = given('--only');
const names = args.filter((arg) => !arg.startsWith('-'));
const odd = args.find((arg) => arg.startsWith('-') && !['--json', '--check', '--help', '-h'].includes(arg));
const unknown = names.find((name) => !catalogue.some((bench) => bench.name === name));

if (args.includes('--help') || args.includes('-h')) {
  console.log(usage);
} else if (runtime === undefined) {
  console.error(`error: --runtime takes ${runtimes.join(' or ')}.\n\n${usage}`);
  process.exitCode = 2;
} else if (odd !== undefined || unknown !== undefined) {
  console.error(`error: there is no benchmark or flag "${odd ?? unknown}".\n\n${usage}`);
  process.exitCode = 2;
} else {
  process.exitCode = await main(runtime);
}

async function main(runtime: BenchRuntime): Promise<number> {
  const json = args.includes('--json');
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  const say = (line: string) => {
    if (!interrupted.signal.aborted) console.error(line);
  };
  const startedAt = new Date().toISOString();
  const [busy = 0] = loadavg();
  if (busy > 1)
    say(`the machine is busy already (load ${busy.toFixed(1)}): the figures will be worse than they are`);
  const reports: Report[] = [];
  let broken = false;

  await buildHere({ force: false });
  const able = catalogue.filter(({ alsoDocker }) => runtime === 'native' || alsoDocker === true);
  const wanted = names.length === 0 ? able : able.filter(({ name }) => names.includes(name));
  if (runtime === 'docker') await ensureBaseImages();
  for (const bench of wanted) {
    if (interrupted.signal.aborted) break;
    say(`${bench.name}: ${bench.summary}`);
    try {
      const report = await runBench(bench, (line) => say(`  ${line}`), interrupted.signal, {
        runtime,
        ...(only === undefined ? {} : { only }),
      });
      reports.push(report);
      if (!json) console.log(`${reportLines(report).join('\n')}\n`);
    } catch (error) {
      broken = true;
      console.error(`error: ${bench.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (json)
    console.log(
      JSON.stringify({ startedAt, loadBefore: busy, machine: machine(), benches: reports }, null, 2),
    );
  const missed = reports.some((report) => report.missed.length > 0);
  return broken || (args.includes('--check') && missed) ? 1 : 0;
}

/** Takes the flag and its value from the arguments; undefined where it is not there. */
function given(flag: string): string | undefined {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}

/** What the figures were measured on. */
function machine() {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    kernel: `${process.platform} ${release()}`,
    runtime: `bun ${Bun.version}`,
  };
}
