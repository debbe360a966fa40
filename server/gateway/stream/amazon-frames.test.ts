import { expect, test } from 'bun:test';
import type { Frame } from '../dialects/dialect.ts';
import { amazonEvent, amazonMessage } from './amazon-frames.fixture.ts';
import { amazonFrames } from './amazon-frames.ts';

/** As `@smithy/eventstream-codec` of AWS's SDK wrote it, with headers of other types between those of Bedrock. */
const recorded = Buffer.from(
  'AAAAsAAAAG+o6Ku0CzpldmVudC10eXBlBwARY29udGVudEJsb2NrRGVsdGENOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50AW4EAAAABwR3aGVuCAAAAAAAAAAAAWIAeyJjb250ZW50QmxvY2tJbmRleCI6MCwiZGVsdGEiOnsidGV4dCI6Ikdyw7zDnyJ9ffQC0M8=',
  'base64',
);

test('what_awss_own_codec_writes_is_read', () => {
  expect(amazonFrames().push(recorded)).toEqual([
    { event: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":"Grüß"}}' },
  ]);
});

test('messages_are_whole_however_they_are_cut', () => {
  const bytes = Buffer.concat([
    amazonEvent('messageStart', { role: 'assistant' }),
    amazonEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: '你好 👋' } }),
    amazonMessage(
      { ':exception-type': 'throttlingException', ':message-type': 'exception' },
      { message: 'slow' },
    ),
  ]);
  for (const size of [1, 7, 100, bytes.length]) {
    const reader = amazonFrames();
    const frames: Frame[] = [];
    for (let at = 0; at < bytes.length; at += size)
      frames.push(...reader.push(bytes.subarray(at, at + size)));
    expect(frames.map(({ event }) => event)).toEqual([
      'messageStart',
      'contentBlockDelta',
      'throttlingException',
    ]);
    expect(frames[1]?.data).toContain('你好 👋');
    expect(reader.rest()).toEqual([]);
  }
});

test('damaged_endless_and_cut_off_streams_are_errors', () => {
  const good = amazonEvent('messageStart', { role: 'assistant' });
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 0x41;
    const reader = amazonFrames();
    expect(() => {
      reader.push(bad);
      reader.rest();
    }, `byte ${at}`).toThrow();
  }
  const reader = amazonFrames();
  reader.push(good.subarray(0, good.length - 1));
  expect(() => reader.rest()).toThrow('ended within a message');
});
