import { expect, test } from 'bun:test';
import type { AnswerEvent } from '../../conversation/answer.ts';
import type { Conversation } from '../../conversation/conversation.ts';
import { createLosses, NotCarried } from '../../conversation/losses.ts';
import { corpus } from '../corpus.fixture.ts';
import { bedrockConverse } from './index.ts';

const claude = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const other = 'meta.llama3-3-70b-instruct-v1:0';

/** By name of the conversation in the corpus. Nothing else may be refused. */
const refused = {
  [claude]: [
    'seed',
    'penalties',
    'tools must not',
    'one tool at a time',
    'pictures',
    'any JSON',
    'unsigned thoughts',
  ],
  [other]: [
    'top k',
    'seed',
    'penalties',
    'tools must not',
    'one tool at a time',
    'pictures',
    'any JSON',
    'unsigned thoughts',
    'thinks in words',
    'does not think',
    'thinks in tokens',
  ],
};

for (const [model, names] of Object.entries(refused)) {
  test(`every_conversation_reaches_${model.replace(/\W+/g, '_')}_whole_or_is_refused_by_name`, () => {
    const found: string[] = [];
    for (const [name, conversation] of Object.entries(corpus)) {
      try {
        const body = JSON.stringify(
          bedrockConverse.renderRequest({ ...conversation, model }, createLosses('it')),
        );
        for (const leaf of leavesOf(conversation)) expect(body, `${name}: ${leaf}`).toContain(leaf);
      } catch (error) {
        if (!(error instanceof NotCarried)) throw error;
        found.push(name);
      }
    }
    expect(found.sort()).toEqual([...names].sort());
  });
}

/** What a conversation says, as it must stand in JSON; not the words that dialects have each their own for. */
function leavesOf(conversation: Conversation): string[] {
  const { turns, instructions, tools, topK, temperature, topP, stop, format } = conversation;
  const leaves: string[] = [];
  const walk = (value: unknown, key: string): void => {
    if (['kind', 'role', 'mime', 'cache', 'detail', 'strict', 'failed', 'name'].includes(key)) return;
    if (Array.isArray(value)) for (const each of value) walk(each, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) walk(each, name);
    // The input of a call is JSON within.
    else if (key === 'input') leaves.push(String(value));
    else if (typeof value === 'string' || typeof value === 'number') leaves.push(JSON.stringify(value));
  };
  walk([turns, instructions, tools, topK, temperature, topP, stop], '');
  if (format.kind === 'schema') leaves.push(JSON.stringify(JSON.stringify(format.schema)));
  return leaves;
}

test('tools_results_thoughts_and_cache_marks_are_said_as_converse_says_them', () => {
  const render = (name: string) =>
    bedrockConverse.renderRequest(
      { ...(corpus[name] ?? corpus.plain), model: claude } as Conversation,
      createLosses('it'),
    );
  expect(render('tool results')).toMatchObject({
    toolConfig: {
      tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } }],
    },
  });
  const failed = JSON.stringify(render('a failed tool'));
  expect(failed).toContain('{"toolUse":{"toolUseId":"call_1","name":"weather","input":{"city":"Köln"}}}');
  expect(failed).toContain('{"toolUseId":"call_2","content":[{"text":"rain"}],"status":"error"}');
  expect(render('hidden thoughts')).toMatchObject({
    messages: [
      {},
      { content: [{ reasoningContent: { redactedContent: 'ZGF0YQ==' } }, { text: 'I look.' }] },
      {},
    ],
  });
  expect(render('cached')).toMatchObject({
    system: [{ text: 'A long text' }, { cachePoint: { type: 'default', ttl: '1h' } }],
    messages: [{ content: [{ text: 'Hi' }, { cachePoint: { type: 'default', ttl: '5m' } }] }],
  });
  expect(render('thinks in tokens')).toMatchObject({
    inferenceConfig: { maxTokens: 9000 },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2048 } },
  });
  expect(render('document')).toMatchObject({
    messages: [
      {
        content: [
          { document: { format: 'pdf', name: 'a pdf', source: { bytes: 'JVBERi0=' } } },
          { text: 'Sum up' },
        ],
      },
    ],
  });
});

test('a_whole_answer_is_read_with_its_usage_by_class', () => {
  const answer = bedrockConverse.parseAnswer({
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Two.', signature: 'c2ln' } } },
          { text: 'Grüß' },
          { toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Ulm' } } },
        ],
      },
    },
    stopReason: 'tool_use',
    usage: {
      inputTokens: 16,
      outputTokens: 10,
      totalTokens: 86,
      cacheReadInputTokens: 4,
      cacheWriteInputTokens: 56,
      cacheDetails: [
        { ttl: '1h', inputTokens: 50 },
        { ttl: '5m', inputTokens: 6 },
      ],
    },
  });
  expect(answer).toMatchObject({
    stop: 'tool',
    parts: [
      { kind: 'thinking', text: 'Two.', signature: 'c2ln' },
      { kind: 'text', text: 'Grüß' },
      { kind: 'tool-call', id: 't1', name: 'weather', input: '{"city":"Ulm"}' },
    ],
    usage: { input: 16, cacheRead: 4, cacheWrite: 6, cacheWriteLong: 50, output: 10 },
  });
  expect(() => bedrockConverse.parseAnswer({ message: 'no answer' })).toThrow();
});

test('a_stream_is_read_event_by_event_and_an_exception_in_it_is_an_error', () => {
  const parser = bedrockConverse.streamParser();
  const events: AnswerEvent[] = [];
  const push = (event: string, data: unknown) =>
    events.push(...parser.push({ event, data: JSON.stringify(data) }));
  push('messageStart', { role: 'assistant' });
  push('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Two.' } } });
  push('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'c2ln' } } });
  push('contentBlockStop', { contentBlockIndex: 0 });
  push('contentBlockStart', {
    contentBlockIndex: 2,
    start: { toolUse: { toolUseId: 't1', name: 'weather' } },
  });
  push('contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '{"city":' } } });
  push('contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '"Ulm"}' } } });
  push('messageStop', { stopReason: 'tool_use' });
  push('metadata', { usage: { inputTokens: 3, outputTokens: 2 }, metrics: { latencyMs: 5 } });
  push('modelStreamErrorException', { message: 'it broke' });
  expect(events.map((event) => (event.kind === 'start' ? { kind: 'start' } : event))).toEqual([
    { kind: 'start' },
    { kind: 'thinking', text: 'Two.' },
    { kind: 'signature', signature: 'c2ln' },
    { kind: 'tool', index: 0, id: 't1', name: 'weather' },
    { kind: 'tool-input', index: 0, json: '{"city":' },
    { kind: 'tool-input', index: 0, json: '"Ulm"}' },
    { kind: 'stop', reason: 'tool', stopSequence: null },
    {
      kind: 'usage',
      usage: { input: 3, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, output: 2, reasoning: 0 },
    },
    { kind: 'error', type: 'modelStreamErrorException', message: 'it broke' },
  ]);
});
