/** Every step, in the order they are done: first those that only look. */

import { binaryStep } from './binary-step.ts';
import { clock } from './clock.ts';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { docker } from './docker.ts';
import { firewall } from './firewall.ts';
import { folders } from './folders.ts';
import { health } from './health.ts';
import { os } from './os.ts';
import { ports } from './ports.ts';
import { sshHardening } from './ssh-hardening.ts';
import type { Step } from './step.ts';
import { sudo } from './sudo.ts';
import { swap } from './swap.ts';
import { sysctl } from './sysctl.ts';
import { unit } from './unit.ts';
import { updates } from './updates.ts';

export const steps: readonly Step[] = [
  os,
  cpu,
  disk,
  clock,
  ports,
  sudo,
  folders,
  binaryStep,
  sysctl,
  swap,
  docker,
  unit,
  firewall,
  updates,
  sshHardening,
  health,
];
