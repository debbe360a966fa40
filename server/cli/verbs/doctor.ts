/** `windlass doctor`: what the server finds when it looks at itself and its machine. */

import type { DoctorFinding } from '../../../shared/kernel/contract.ts';
import { countText } from '../amounts.ts';
import type { Style } from '../style.ts';
import type { Verb } from '../verb.ts';
import { explainDisk, freeDisk } from './doctor-disk.ts';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'check the server and its machine',
  usage: ['doctor', 'doctor --disk [--free]'],
  about: [
    'Exits 1 where something does not work. --disk explains every byte of the data folder: whose it is, how much',
    'it may be, and what goes by itself with the next sweep.',
  ],
  examples: [
    { what: 'what is wrong, and what to do', line: 'windlass doctor' },
    { what: 'what the disk is full of', line: 'windlass doctor --disk' },
  ],
  arguments: [],
  flags: [
    { name: 'disk', summary: 'explain what the data folder holds' },
    { name: 'free', summary: 'disk: remove now what the next sweep would' },
  ],
  run: async (context) => {
    if (context.flags.on('free')) return freeDisk(context);
    if (context.flags.on('disk')) return explainDisk(context);
    const result = await context.control.call('server.doctor', {});
    context.show(result, () => findingLines(result.findings, context.style));
    return result.findings.some((finding) => finding.state === 'failing') ? 1 : 0;
  },
};

function findingLines(findings: readonly DoctorFinding[], style: Style): string[] {
  const width = Math.max(0, ...findings.map((finding) => finding.check.length));
  const marks = { ok: style.green('✔'), warning: style.yellow('!'), failing: style.red('✘') };
  const lines = findings.flatMap((finding) => [
    `${marks[finding.state]} ${finding.check.padEnd(width)}  ${finding.message}`,
    ...(finding.hint === undefined ? [] : [`  ${' '.repeat(width)}  ${style.dim(finding.hint)}`]),
  ]);
  const failing = findings.filter((finding) => finding.state === 'failing').length;
  const warnings = findings.filter((finding) => finding.state === 'warning').length;
  const verdict =
    failing + warnings === 0
      ? 'all is well'
      : `${countText(failing, 'problem')}, ${countText(warnings, 'warning')}`;
  return [...lines, '', verdict];
}
