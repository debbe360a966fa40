/** Whether an HTTP answer is as expected. Pure. */

import type { PeerCertificate } from 'node:tls';
import type * as z from 'zod/mini';
import type { httpExpectation } from '../../shared/uptime/check.ts';
import { certificateFault } from './certificate.ts';
import { jsonAt } from './json-path.ts';
import type { Outcome } from './outcome.ts';

export interface HttpAnswer {
  readonly status: number;
  /** Null where nothing is expected of it. */
  readonly body: string | null;
  readonly ms: number;
  /** Null without TLS. */
  readonly certificate: Pick<PeerCertificate, 'valid_to' | 'issuer'> | null;
}

export function judge(
  expect: z.infer<typeof httpExpectation>,
  { status, body, ms, certificate }: HttpAnswer,
  now: number,
): Outcome {
  const down = (why: string): Outcome => ({ kind: 'down', ms, why });
  if (!statusFits(expect.status, status)) return down(`it answered ${status}`);
  const text = body ?? '';
  if (expect.contains !== undefined && !text.includes(expect.contains)) {
    return down(`the answer lacks "${expect.contains.slice(0, 80)}"`);
  }
  if (expect.lacks !== undefined && text.includes(expect.lacks)) {
    return down(`the answer has "${expect.lacks.slice(0, 80)}"`);
  }
  if (expect.json !== undefined) {
    const found = jsonAt(text, expect.json.path);
    if (found.kind === 'nothing') return down(`${expect.json.path} is not there: ${found.why}`);
    if (found.text !== expect.json.equals) {
      return down(`${expect.json.path} is "${found.text.slice(0, 80)}", not "${expect.json.equals}"`);
    }
  }
  if (expect.withinMs !== undefined && ms > expect.withinMs) {
    return down(`it took ${Math.round(ms)} ms, more than ${expect.withinMs}`);
  }
  if (expect.certificateDays !== undefined || expect.issuer !== undefined) {
    if (certificate === null) return down('there is no certificate: the answer came without TLS');
    const fault = certificateFault(certificate, expect.certificateDays ?? 0, expect.issuer, now);
    if (fault !== null) return down(fault);
  }
  return { kind: 'up', ms, detail: `${status}` };
}

function statusFits(ranges: string, status: number): boolean {
  return ranges.split(',').some((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return status >= from && status <= to;
  });
}
