/** A crash of a native program: a form with a minidump, as an event and its attachment. Pure. */

import type { EnvelopeItem } from '../wire/envelope.ts';
import { readParts } from '../wire/multipart.ts';
import type { Read } from './read-submission.ts';

const magic = 'MDMP';

/** Null where there is no minidump in it. */
export function minidumpItems(
  bytes: Uint8Array,
  contentType: string,
): Extract<Read, { kind: 'envelope' }> | null {
  const parts = readParts(bytes, contentType) ?? [
    { name: 'upload_file_minidump', fileName: 'minidump.dmp', bytes },
  ];
  const dump = parts.find((part) => Buffer.from(part.bytes.subarray(0, 4)).toString('latin1') === magic);
  if (dump === undefined) return null;
  const id = crypto.randomUUID().replaceAll('-', '');
  const given = parts.find(({ name }) => name === 'sentry');
  const event = {
    ...jsonIn(given?.bytes),
    event_id: id,
    platform: 'native',
    level: 'fatal',
    exception: {
      values: [
        {
          type: 'Minidump',
          value: 'A native program crashed',
          mechanism: { type: 'minidump', handled: false },
        },
      ],
    },
  };
  const items: EnvelopeItem[] = [
    { type: 'event', header: { type: 'event' }, payload: Buffer.from(JSON.stringify(event)) },
    {
      type: 'attachment',
      header: { filename: dump.fileName || 'minidump.dmp', attachment_type: 'event.minidump' },
      payload: dump.bytes,
    },
  ];
  return { kind: 'envelope', envelope: { header: { event_id: id }, items } };
}

function jsonIn(bytes: Uint8Array | undefined): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
