/** Every benchmark, in the order they run. */

import { analytics } from './analytics.ts';
import { attack } from './attack.ts';
import type { Bench } from './bench.ts';
import { build } from './build.ts';
import { cores } from './cores.ts';
import { deploy } from './deploy.ts';
import { errors } from './errors.ts';
import { fuzz } from './fuzz.ts';
import { gateway } from './gateway.ts';
import { idle } from './idle.ts';
import { kill } from './kill.ts';
import { presets } from './presets.ts';
import { proxy } from './proxy.ts';
import { size } from './size.ts';
import { start } from './start.ts';
import { stream } from './stream.ts';
import { swap } from './swap.ts';
import { tls } from './tls.ts';
import { uptime } from './uptime.ts';

export const catalogue: readonly Bench[] = [
  proxy,
  tls,
  cores,
  stream,
  deploy,
  swap,
  build,
  presets,
  kill,
  errors,
  idle,
  start,
  size,
  analytics,
  uptime,
  attack,
  fuzz,
  gateway,
];
