/** A request at the door of an environment with rules: what they are asked, and what a visitor they stop is told. */

import type { Answering } from '../answering.ts';
import type { Service } from '../service.ts';
import { ruledAnswer, statusOfVerdict } from './ruled-answer.ts';
import type { Judgement, ServiceRules } from './service-rules.ts';
import type { Verdict } from './verdict.ts';

type Asking = Pick<Answering, 'context' | 'visitor' | 'head'>;

/** `time` in ms since the epoch. */
export function askRules(rules: ServiceRules, { context, visitor, head }: Asking, time: number): Judgement {
  const { method, path, host, fields } = head;
  const { forwarded } = visitor;
  const client = forwarded.visitor(head);
  const request = { method, path, host, fields, client, scheme: forwarded.schemeFor(head) };
  return rules.judge(request, context.now, time);
}

/** `text` is the whole answer, given the Connection line. */
export function refusal(
  verdict: Verdict,
  service: Service,
  { context, visitor, head }: Asking,
): { status: number; text(connection: string): string } {
  const { method, accept } = head;
  if (verdict.kind !== 'redirect' && verdict.kind !== 'preflight') context.turnedAway.note(verdict.kind);
  return {
    status: statusOfVerdict(verdict),
    text: (connection) =>
      ruledAnswer(verdict, {
        method,
        accept,
        connection,
        page: (status) => service.rules?.page(status) ?? null,
        task: (bits) => context.challengeTask(service.key, visitor.forwarded.visitor(head), bits),
      }),
  };
}
