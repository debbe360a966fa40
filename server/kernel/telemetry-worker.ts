/** Entry of the telemetry Worker: receives batches and questions, owns the day files. */

import { toPublicError, unreachable, WindlassError } from '../../shared/errors.ts';
import { createDayWriter, type DayWriter } from './day-writer.ts';
import { type Reply, type Request, unpackBatch } from './telemetry-protocol.ts';

declare const self: Worker;

/** Until it is looked whether there is time to unpack what waits. */
const lookMs = 250;
/** Between two batches that are unpacked, 3 ms of work each: the requests that come meanwhile hardly notice. */
const restMs = 20;

let writer: DayWriter | null = null;
let unpacking: Timer | undefined;

self.onmessage = (message: MessageEvent<string | Request>) => {
  if (typeof message.data === 'string') {
    reply({ kind: 'stored', ...opened().store(unpackBatch(message.data)) });
    unpackLater(lookMs);
  } else {
    answer(message.data);
  }
};

function answer(request: Request): void {
  switch (request.kind) {
    case 'open':
      writer = createDayWriter(request.folder, (level, text, fields) =>
        reply({ kind: 'note', level, message: text, fields }),
      );
      return;
    case 'define':
      opened().define(request.table);
      unpackLater(lookMs);
      return;
    case 'query':
      ask(request);
      return;
    case 'sync':
      sync(request.id);
      return;
    case 'close':
      clearTimeout(unpacking);
      writer?.close();
      writer = null;
      reply({ kind: 'closed' });
      return;
    default:
      unreachable(request);
  }
}

function unpackLater(ms: number): void {
  unpacking ??= setTimeout(() => {
    unpacking = undefined;
    const waits = opened().unpack();
    if (waits !== 'none') {
      unpackLater(waits === 'left' ? restMs : lookMs);
    }
  }, ms);
}

function ask(request: Extract<Request, { kind: 'query' }>): void {
  try {
    const rows = opened().query(request.table, request.sql, request.params, request);
    reply({ kind: 'answer', id: request.id, rows });
  } catch (error) {
    refuse(request.id, error);
  }
}

function sync(id: number): void {
  try {
    opened().sync();
    reply({ kind: 'synced', id });
  } catch (error) {
    refuse(id, new WindlassError('unavailable', 'telemetry cannot be brought to disk', { cause: error }));
  }
}

function refuse(id: number, error: unknown): void {
  if (!(error instanceof WindlassError)) {
    reply({
      kind: 'note',
      level: 'error',
      message: 'a telemetry question failed',
      fields: { error: String(error) },
    });
  }
  const { code, message, hint } = toPublicError(error);
  reply({ kind: 'refused', id, code, message, hint });
}

function opened(): DayWriter {
  if (writer === null) {
    throw new Error('the telemetry Worker was not opened');
  }
  return writer;
}

function reply(value: Reply): void {
  self.postMessage(value);
}
