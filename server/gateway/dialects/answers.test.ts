import { expect, test } from 'bun:test';
import type { Answer, AnswerEvent } from '../conversation/answer.ts';
import type { Part } from '../conversation/conversation.ts';
import { FrameCutter, parseFrame, splitFrames } from '../stream/frames.ts';
import { anthropic } from './anthropic/index.ts';
import { corpus } from './corpus.fixture.ts';
import type { ProviderDialect, SpokenDialect } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiResponses } from './openai-responses/index.ts';

type Both = SpokenDialect & ProviderDialect;
const dialects: readonly Both[] = [openaiChat, anthropic, gemini];
const request =
  corpus.stream ??
  (() => {
    throw new Error('no stream in the corpus');
  })();

const usage = { input: 16, cacheRead: 4, cacheWrite: 0, cacheWriteLong: 0, output: 10, reasoning: 0 };
const answer = (parts: Part[], more: Partial<Answer> = {}): Answer => ({
  id: 'a1',
  model: 'some-model',
  parts,
  stop: 'end',
  stopSequence: null,
  usage,
  ...more,
});
const text: Part = { kind: 'text', text: 'Grüß Gott, 你好 👋 "quoted"\n' };
const call = (id: string, city: string): Part => ({
  kind: 'tool-call',
  id,
  name: 'weather',
  input: `{"city":"${city}"}`,
});

const answers: Readonly<Record<string, Answer>> = {
  text: answer([text]),
  'cut off': answer([text], { stop: 'length' }),
  filtered: answer([text], { stop: 'filter' }),
  'two calls': answer([text, call('c1', 'Köln'), call('c2', 'Ulm')], { stop: 'tool' }),
  'a call alone': answer([call('c1', 'Köln')], { stop: 'tool' }),
  thinking: answer([{ kind: 'thinking', text: 'Two.', signature: 'c2ln' }, text]),
  'thinking without a name': answer([{ kind: 'thinking', text: 'Two.', signature: null }, text]),
};

/** `refusal` and `filter` are one word in two dialects. */
const stopOf = (stop: Answer['stop']): Answer['stop'] => (stop === 'refusal' ? 'filter' : stop);

for (const dialect of dialects) {
  test(`whole_answers_of_${dialect.name}_are_read_as_they_were_written`, () => {
    for (const [name, each] of Object.entries(answers)) {
      const back = dialect.parseAnswer(JSON.parse(JSON.stringify(dialect.renderAnswer(each, request))));
      expect({ ...back, stop: stopOf(back.stop) }, name).toEqual(each);
    }
  });

  test(`streams_of_${dialect.name}_are_read_as_they_were_written`, () => {
    for (const [name, each] of Object.entries(answers)) {
      const renderer = dialect.streamRenderer(request);
      const wire =
        eventsOf(each)
          .map((event) => renderer.push(event))
          .join('') + renderer.end();
      const parser = dialect.streamParser();
      const cutter = new FrameCutter();
      const events: AnswerEvent[] = [];
      const bytes = Buffer.from(wire);
      for (let at = 0; at < bytes.length; at += 13) {
        const whole = cutter.push(bytes.subarray(at, at + 13));
        for (const raw of whole === null ? [] : splitFrames(whole)) {
          const frame = parseFrame(raw);
          if (frame !== null) events.push(...parser.push(frame));
        }
      }
      expect(cutter.rest(), name).toBeNull();
      const back = gathered(events);
      expect({ ...back, stop: stopOf(back.stop) }, name).toEqual(each);
    }
  });
}

test('a_response_that_is_streamed_ends_with_what_it_would_have_been_at_once', () => {
  for (const [name, each] of Object.entries(answers)) {
    const renderer = openaiResponses.streamRenderer(request);
    const wire =
      eventsOf(each)
        .map((event) => renderer.push(event))
        .join('') + renderer.end();
    const events = splitFrames(Buffer.from(wire)).map((raw) => JSON.parse(parseFrame(raw)?.data ?? '{}'));
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
    const whole = JSON.parse(JSON.stringify(openaiResponses.renderAnswer(each, request)));
    const last = events.at(-1);
    expect(last.type, name).toBe(`response.${whole.status}`);
    const plain = (
      output: { type: string; content?: unknown; call_id?: string; arguments?: string; summary?: unknown }[],
    ) =>
      output.map(({ type, content, call_id: id, arguments: input, summary }) => ({
        type,
        content,
        id,
        input,
        summary,
      }));
    expect(plain(last.response.output), name).toEqual(plain(whole.output));
    expect(last.response.usage, name).toEqual(whole.usage);
  }
});

test('two_calls_that_are_written_at_once_are_an_error_where_blocks_follow_each_other', () => {
  for (const dialect of [anthropic, openaiResponses]) {
    const renderer = dialect.streamRenderer(request);
    renderer.push({ kind: 'start', id: 'a', model: 'm' });
    renderer.push({ kind: 'tool', index: 0, id: 'c1', name: 'a' });
    renderer.push({ kind: 'tool', index: 1, id: 'c2', name: 'b' });
    expect(renderer.push({ kind: 'tool-input', index: 0, json: '{}' })).toContain('event: error');
  }
});

function eventsOf({ id, model, parts, stop, stopSequence, usage: used }: Answer): AnswerEvent[] {
  let tools = 0;
  return [
    { kind: 'start', id, model },
    ...parts.flatMap((part): AnswerEvent[] => {
      switch (part.kind) {
        case 'text':
          return [...part.text].map((letter) => ({ kind: 'text', text: letter }));
        case 'thinking':
          return [
            { kind: 'thinking', text: part.text },
            ...(part.signature === null ? [] : [{ kind: 'signature' as const, signature: part.signature }]),
          ];
        case 'tool-call': {
          const index = tools++;
          const half = Math.floor(part.input.length / 2);
          return [
            { kind: 'tool', index, id: part.id, name: part.name },
            { kind: 'tool-input', index, json: part.input.slice(0, half) },
            { kind: 'tool-input', index, json: part.input.slice(half) },
          ];
        }
        default:
          return [];
      }
    }),
    { kind: 'stop', reason: stop, stopSequence },
    ...(used === null ? [] : [{ kind: 'usage' as const, usage: used }]),
  ];
}

/** Events put together again. */
function gathered(events: readonly AnswerEvent[]): Answer {
  let made = answer([], { id: '', model: '', usage: null });
  const parts: Part[] = [];
  const calls = new Map<number, number>();
  for (const event of events) {
    const last = parts.at(-1);
    switch (event.kind) {
      case 'start':
        made = { ...made, id: event.id, model: event.model };
        break;
      case 'text':
        if (last?.kind === 'text') parts[parts.length - 1] = { ...last, text: last.text + event.text };
        else parts.push({ kind: 'text', text: event.text });
        break;
      case 'thinking':
        parts.push({ kind: 'thinking', text: event.text, signature: null });
        break;
      case 'signature':
        if (last?.kind === 'thinking') parts[parts.length - 1] = { ...last, signature: event.signature };
        break;
      case 'tool':
        calls.set(event.index, parts.length);
        parts.push({ kind: 'tool-call', id: event.id, name: event.name, input: '' });
        break;
      case 'tool-input': {
        const at = calls.get(event.index) ?? -1;
        const open = parts[at];
        if (open?.kind === 'tool-call') parts[at] = { ...open, input: open.input + event.json };
        break;
      }
      case 'usage':
        made = { ...made, usage: event.usage };
        break;
      case 'stop':
        made = { ...made, stop: event.reason };
        break;
    }
  }
  return { ...made, parts };
}
