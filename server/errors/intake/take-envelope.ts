/** An envelope, item by item: each has its effect, and none that cannot be read takes the others with it. */

import { hexId, objectOf } from '../event/text.ts';
import type { Envelope, EnvelopeItem, Json } from '../wire/envelope.ts';
import { limits } from '../wire/limits.ts';
import { takeAttachment } from './attachment-item.ts';
import { readCheckIn, takeCheckIn } from './check-in-item.ts';
import { takeClientReport } from './client-report-item.ts';
import { countDropped, type ItemContext } from './context.ts';
import { takeEvent } from './event-item.ts';
import { readFeedback, readUserReport, takeFeedback } from './feedback-item.ts';
import { takeLogs } from './log-item.ts';
import { takeSession, takeSessions } from './session-item.ts';
import { takeSpans, takeTransaction } from './span-item.ts';

/** One of a replay, for whoever keeps replays. */
export interface ReplayItem {
  readonly type: 'replay_event' | 'replay_recording';
  readonly payload: Uint8Array;
}

export type Taken =
  | { kind: 'taken'; id: string | null; replay: readonly ReplayItem[] }
  | { kind: 'too-large'; why: string };

/** Within the transactions of the stores. `fault` is told of what only a bug can have caused. */
export function takeEnvelope(
  base: Omit<ItemContext, 'id'>,
  { header, items }: Envelope,
  fault: (error: unknown) => void,
): Taken {
  const large = items.find((item) => item.payload.length > mostOf(item.type));
  if (large !== undefined) {
    return {
      kind: 'too-large',
      why: `an item of the type ${large.type.slice(0, 40)} has ${large.payload.length} bytes`,
    };
  }
  const context: ItemContext = { ...base, id: hexId(header.event_id) };
  const replay: ReplayItem[] = [];
  let id = context.id;
  let attachments = 0;
  for (const item of items) {
    try {
      if (item.type === 'replay_event' || item.type === 'replay_recording') {
        replay.push({ type: item.type, payload: item.payload });
      } else if (item.type === 'attachment' && ++attachments > limits.attachments) {
        countDropped(context, 'server', 'too_many', 'attachment', 1);
      } else {
        id = takeItem(context, item, header) ?? id;
      }
    } catch (error) {
      // Text that is no JSON is the sender's affair, everything else is ours; a full disk is everybody's.
      if (isStorage(error)) throw error;
      if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) fault(error);
      countDropped(context, 'server', 'invalid', item.type, 1);
    }
  }
  return { kind: 'taken', id, replay };
}

function takeItem(
  context: ItemContext,
  { type, header, payload }: EnvelopeItem,
  envelope: Json,
): string | null {
  const json = (): unknown => JSON.parse(new TextDecoder().decode(payload));
  const invalid = () => countDropped(context, 'server', 'invalid', type, 1);
  switch (type) {
    case 'event': {
      const id = takeEvent(context, payload);
      if (id === null) invalid();
      return id;
    }
    case 'transaction':
      takeTransaction(context, json());
      return context.id;
    case 'span':
      takeSpans(context, json());
      return null;
    case 'log':
      takeLogs(context, json());
      return null;
    case 'session':
      if (!takeSession(context, json())) invalid();
      return null;
    case 'sessions':
      if (!takeSessions(context, json())) invalid();
      return null;
    case 'check_in': {
      const checkIn = readCheckIn(json());
      if (checkIn === null) invalid();
      return checkIn === null ? null : takeCheckIn(context, checkIn);
    }
    case 'feedback': {
      const feedback = readFeedback(json(), context.id);
      if (feedback === null) invalid();
      return feedback === null ? null : takeFeedback(context, feedback);
    }
    case 'user_report': {
      const report = readUserReport(json());
      if (report === null) invalid();
      else takeFeedback(context, report);
      return null;
    }
    case 'attachment':
      takeAttachment(context, context.id ?? hexId(objectOf(envelope).event_id) ?? '', header, payload);
      return null;
    case 'client_report':
      takeClientReport(context, json());
      return null;
    default:
      countDropped(context, 'server', 'unknown', type, 1);
      return null;
  }
}

function mostOf(type: string): number {
  switch (type) {
    case 'event':
    case 'feedback':
      return limits.event;
    case 'attachment':
      return limits.attachment;
    case 'check_in':
      return limits.checkIn;
    case 'client_report':
      return limits.clientReport;
    case 'replay_recording':
      return limits.body;
    default:
      return limits.container;
  }
}

function isStorage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^SQLITE_(?:FULL|IOERR|READONLY|CORRUPT|NOTADB|BUSY)/.test(String(error.code))
  );
}
