/** Conversations that between them use every field there is, for round trips through each pair of dialects. */

import type { Conversation, Part, Turn } from '../conversation/conversation.ts';

const plain: Conversation = {
  model: 'some-model',
  instructions: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Grüß Gott, 你好 👋' }] }],
  tools: [],
  toolChoice: null,
  parallelTools: null,
  maxTokens: 100,
  temperature: null,
  topP: null,
  topK: null,
  stop: [],
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  format: { kind: 'text' },
  thinking: null,
  user: null,
  stream: false,
  streamUsage: false,
};

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const weather = { name: 'weather', description: 'The weather of a city', schema, strict: null };
const picture: Part = { kind: 'image', source: { kind: 'data', mime: 'image/png', data: 'iVBORw0KGgo=' } };

const called: Turn[] = [
  { role: 'user', parts: [{ kind: 'text', text: 'What is it like in Köln and Ulm?' }] },
  {
    role: 'assistant',
    parts: [
      { kind: 'text', text: 'I look.' },
      { kind: 'tool-call', id: 'call_1', name: 'weather', input: '{"city":"Köln"}' },
      { kind: 'tool-call', id: 'call_2', name: 'weather', input: '{"city":"Ulm"}' },
    ],
  },
  {
    role: 'user',
    parts: [
      {
        kind: 'tool-result',
        id: 'call_1',
        parts: [{ kind: 'text', text: '{"sky":"clear"}' }],
        failed: false,
      },
      { kind: 'tool-result', id: 'call_2', parts: [{ kind: 'text', text: 'rain' }], failed: false },
      { kind: 'text', text: 'Be brief.' },
    ],
  },
];

/** By name; each is `plain` with something else. */
export const corpus: Readonly<Record<string, Conversation>> = {
  plain,
  instructions: { ...plain, instructions: [{ kind: 'text', text: 'Be kind.' }] },
  sampling: { ...plain, temperature: 0.5, topP: 0.9, stop: ['END', '\n\n'] },
  'top k': { ...plain, topK: 40 },
  seed: { ...plain, seed: 7 },
  penalties: { ...plain, frequencyPenalty: 0.5, presencePenalty: -0.5 },
  'no bound': { ...plain, maxTokens: null },
  stream: { ...plain, stream: true, streamUsage: true },
  user: { ...plain, user: 'user-17' },
  tools: { ...plain, tools: [weather], toolChoice: { kind: 'auto' } },
  'a tool by name': { ...plain, tools: [weather], toolChoice: { kind: 'named', name: 'weather' } },
  'tools must': { ...plain, tools: [weather], toolChoice: { kind: 'required' } },
  'tools must not': { ...plain, tools: [weather], toolChoice: { kind: 'none' } },
  'one tool at a time': { ...plain, tools: [weather], toolChoice: { kind: 'auto' }, parallelTools: false },
  'strict tools': { ...plain, tools: [{ ...weather, strict: true }], toolChoice: { kind: 'auto' } },
  'a tool without input': {
    ...plain,
    tools: [{ name: 'now', description: null, schema: { type: 'object', properties: {} }, strict: null }],
  },
  'tool results': { ...plain, turns: called, tools: [weather] },
  'a failed tool': {
    ...plain,
    turns: called.map((turn) => ({
      ...turn,
      parts: turn.parts.map((part) => (part.kind === 'tool-result' ? { ...part, failed: true } : part)),
    })),
  },
  'a picture from a tool': {
    ...plain,
    turns: [
      ...called.slice(0, 2),
      { role: 'user', parts: [{ kind: 'tool-result', id: 'call_1', parts: [picture], failed: false }] },
    ],
  },
  pictures: {
    ...plain,
    turns: [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'Compare' },
          picture,
          { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
        ],
      },
    ],
  },
  'a fine picture': { ...plain, turns: [{ role: 'user', parts: [{ ...picture, detail: 'high' }] }] },
  document: {
    ...plain,
    turns: [
      {
        role: 'user',
        parts: [
          {
            kind: 'file',
            source: { kind: 'data', mime: 'application/pdf', data: 'JVBERi0=' },
            name: 'a.pdf',
          },
          { kind: 'text', text: 'Sum up' },
        ],
      },
    ],
  },
  sound: {
    ...plain,
    turns: [{ role: 'user', parts: [{ kind: 'audio', mime: 'audio/wav', data: 'UklGRg==' }] }],
  },
  'any JSON': { ...plain, format: { kind: 'json' } },
  'a schema': { ...plain, format: { kind: 'schema', name: 'place', schema } },
  'thinks in words': { ...plain, thinking: { kind: 'effort', effort: 'medium' } },
  'does not think': { ...plain, thinking: { kind: 'effort', effort: 'none' } },
  'thinks in tokens': { ...plain, maxTokens: 9000, thinking: { kind: 'budget', tokens: 2048 } },
  thoughts: {
    ...plain,
    turns: [
      ...called.slice(0, 1),
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Two cities.', signature: 'c2ln' },
          { kind: 'text', text: 'I look.' },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'And?' }] },
    ],
  },
  'unsigned thoughts': {
    ...plain,
    turns: [
      ...called.slice(0, 1),
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Two cities.', signature: null },
          { kind: 'text', text: 'I look.' },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'And?' }] },
    ],
  },
  'hidden thoughts': {
    ...plain,
    turns: [
      ...called.slice(0, 1),
      {
        role: 'assistant',
        parts: [
          { kind: 'redacted-thinking', data: 'ZGF0YQ==' },
          { kind: 'text', text: 'I look.' },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'And?' }] },
    ],
  },
  refused: {
    ...plain,
    turns: [
      ...called.slice(0, 1),
      { role: 'assistant', parts: [{ kind: 'refusal', text: 'I will not.' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'And?' }] },
    ],
  },
  cached: {
    ...plain,
    instructions: [{ kind: 'text', text: 'A long text', cache: '1h' }],
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi', cache: '5m' }] }],
  },
};
