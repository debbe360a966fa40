/** `windlass doctor`: what the server finds when it looks at itself and its machine. */

import type { DoctorFinding } from '../../../shared/kernel/contract.ts';
import { countText } from '../amounts.ts';
import type { Style } from '../style.ts';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'check the server and its machine',
  usage: ['doctor'],
  about: ['Exits 1 where something does not work.'],
  examples: [{ what: 'what is wrong, and what to do', line: 'windlass doctor' }],
  arguments: [],
  flags: [],
  run: async (context) => {
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
