/** From bytes as they came to an envelope, whichever way they were sent. Pure but for decompression. */

import { decodeBody } from '../wire/decode.ts';
import { type Envelope, type EnvelopeItem, parseEnvelope } from '../wire/envelope.ts';
import { limits } from '../wire/limits.ts';
import { cspEvent } from './csp-event.ts';
import { minidumpItems } from './minidump.ts';
import type { Submission } from './protocol.ts';

export type Read =
  | { kind: 'envelope'; envelope: Envelope }
  | { kind: 'refused'; status: 400 | 413; why: string };

export function readSubmission(submission: Submission): Read {
  const decoded = decodeBody(submission.body, submission.encoding, limits.decoded);
  if (decoded.kind === 'too-large') {
    return { kind: 'refused', status: 413, why: `the body holds more than ${limits.decoded} bytes` };
  }
  if (decoded.kind === 'malformed') {
    return { kind: 'refused', status: 400, why: `the body is not what its Content-Encoding says` };
  }
  const { bytes } = decoded;
  switch (submission.form) {
    case 'envelope': {
      const parsed = parseEnvelope(bytes);
      return parsed.kind === 'envelope' ? parsed : { kind: 'refused', status: 400, why: parsed.why };
    }
    case 'store':
      return oneItem('event', storedJson(bytes));
    case 'check-in':
      return oneItem('check_in', bytes);
    case 'security': {
      const event = bytes.length > limits.security ? null : cspEvent(bytes);
      if (event === null) return { kind: 'refused', status: 400, why: 'the body is no report of a browser' };
      return oneItem('event', Buffer.from(JSON.stringify(event)));
    }
    case 'minidump': {
      const found = minidumpItems(bytes, submission.contentType);
      return found === null ? { kind: 'refused', status: 400, why: 'the body has no minidump' } : found;
    }
  }
}

/** raven and its like send JSON, plain or as zlib in base64. */
function storedJson(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x65 || bytes[1] !== 0x4a) return bytes;
  const inner = decodeBody(
    Buffer.from(Buffer.from(bytes).toString('latin1'), 'base64'),
    'deflate',
    limits.decoded,
  );
  return inner.kind === 'bytes' ? inner.bytes : bytes;
}

function oneItem(type: string, payload: Uint8Array): Read {
  const header = oneHeader(payload);
  if (header === null) return { kind: 'refused', status: 400, why: 'the body is no JSON object' };
  const items: EnvelopeItem[] = [{ type, header: { type }, payload }];
  return { kind: 'envelope', envelope: { header, items } };
}

/** What the payload says of itself; null where it is no object. */
function oneHeader(payload: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return 'event_id' in value ? { event_id: value.event_id } : {};
  } catch {
    return null;
  }
}
