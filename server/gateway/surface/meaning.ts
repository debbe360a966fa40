/** What the head of a request says of the call: what is asked for, at whose address, with which key. Pure. */

import type { DialectName } from '../dialects/dialect.ts';
import type { RequestHead } from '../door/request-head.ts';
import { presentedKey } from './authenticate.ts';
import { hashKey } from './hash-key.ts';
import { type CallerPath, type Operation, readPath } from './paths.ts';

export interface Meaning {
  readonly caller: CallerPath | null;
  readonly operation: Operation | null;
  /** In whose words errors are told. */
  readonly dialect: DialectName;
  /** Of the key; null where none came. */
  readonly hash: string | null;
  /** The trace of the request an app was answering (W3C Trace Context), so that errors of the same can be found. */
  readonly trace: string | null;
}

export function meaningOf(head: RequestHead): Meaning {
  const { caller, operation } = readPath(head.path, head.method);
  const key = presentedKey(head);
  return {
    caller,
    operation,
    dialect: dialectOf(operation, head),
    hash: key === null || key === '' ? null : hashKey(key),
    trace: /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(head.header('traceparent') ?? '')?.[1] ?? null,
  };
}

function dialectOf(operation: Operation | null, head: RequestHead): DialectName {
  if (operation?.kind === 'chat') return operation.dialect;
  if (operation?.kind === 'generate') return 'gemini';
  return head.header('anthropic-version') !== null ? 'anthropic' : 'openai-chat';
}
