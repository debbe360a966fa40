import { expect, test } from 'bun:test';
import type { Conversation, Part } from '../conversation/conversation.ts';
import { createLosses, NotCarried } from '../conversation/losses.ts';
import { thinkingEffort } from '../conversation/thinking.ts';
import { anthropic } from './anthropic/index.ts';
import { corpus } from './corpus.fixture.ts';
import type { DialectName, ProviderDialect, SpokenDialect } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';

type Both = SpokenDialect & ProviderDialect;
const dialects: readonly Both[] = [openaiChat, anthropic, gemini];

/** Renders and parses again; null where the dialect said by name what it cannot carry. */
function through(
  dialect: Both,
  conversation: Conversation,
): { back: Conversation; dropped: readonly string[] } | null {
  const losses = createLosses(dialect.name);
  try {
    const body = JSON.parse(JSON.stringify(dialect.renderRequest(conversation, losses)));
    const path = { model: conversation.model, stream: conversation.stream };
    const back = dialect.parseRequest(body, createLosses('nobody'), path);
    return { back, dropped: losses.dropped };
  } catch (error) {
    if (error instanceof NotCarried) return null;
    throw error;
  }
}

/** What a dialect says in its own way without changing what is meant; everything else must come back as it was. */
function meaning(conversation: Conversation, dialect: DialectName, dropped: readonly string[]): unknown {
  const part = (each: Part): unknown => {
    const {
      cache: _hint,
      detail,
      name,
      parts,
      signature,
      ...rest
    } = each as unknown as Record<string, unknown> & { parts?: Part[] };
    return {
      ...rest,
      ...(detail === undefined || dropped.includes('detail') ? {} : { detail }),
      ...(name === undefined ? {} : { name }),
      ...(signature === undefined ? {} : { signature }),
      ...(parts === undefined ? {} : { parts: parts.map(part) }),
      // Refusals are what was said, where there is no word for them.
      ...(each.kind === 'refusal' && dialect !== 'openai-chat' ? { kind: 'text' } : {}),
    };
  };
  const { format, thinking, tools, toolChoice, user, maxTokens, streamUsage: _usage, ...rest } = conversation;
  return {
    ...rest,
    instructions: conversation.instructions.map(part),
    turns: conversation.turns.map((turn) => ({ role: turn.role, parts: turn.parts.map(part) })),
    // A bound is made up where one is needed.
    maxTokens: thinking !== null && dialect === 'anthropic' ? 'with room for thinking' : (maxTokens ?? 8192),
    user: dropped.includes('user') ? null : user,
    format: format.kind === 'schema' ? { ...format, name: null } : format,
    // Words and tokens are translated into each other.
    thinking: thinking === null ? null : thinkingEffort(thinking),
    tools: tools.map(({ cache: _hint, ...tool }) => tool),
    toolChoice: toolChoice ?? { kind: 'auto' },
    // Where no tool may be called it says nothing.
    parallelTools: toolChoice?.kind === 'none' ? null : conversation.parallelTools,
  };
}

/** Fields a pair may refuse, by name of the conversation in the corpus. Nothing else may be. */
const refuses: Readonly<Record<'openai-chat' | 'anthropic' | 'gemini', readonly string[]>> = {
  'openai-chat': ['top k', 'a failed tool', 'a picture from a tool', 'thoughts', 'hidden thoughts'],
  anthropic: ['seed', 'penalties', 'any JSON', 'sound', 'unsigned thoughts'],
  gemini: ['one tool at a time', 'a picture from a tool', 'document', 'unsigned thoughts', 'hidden thoughts'],
};

for (const into of dialects) {
  for (const from of dialects) {
    test(`what_${from.name}_says_reaches_${into.name}_whole_or_is_refused_by_name`, () => {
      for (const [name, conversation] of Object.entries(corpus)) {
        // As it is after it came in by the first dialect.
        const came = through(from, conversation);
        if (came === null) continue;
        const went = through(into, came.back);
        if (went === null) {
          expect(refuses[into.name as keyof typeof refuses], `${name} is refused`).toContain(name);
          continue;
        }
        expect(meaning(went.back, into.name, went.dropped), `${name} to ${into.name}`).toEqual(
          meaning(meant(came.back, into.name), into.name, went.dropped),
        );
      }
    });
  }
}

/** What is said at once for all, or not at all. */
function meant(conversation: Conversation, dialect: DialectName): Conversation {
  return dialect === 'openai-chat' ? { ...conversation, streamUsage: true } : conversation;
}

test('a_field_that_nobody_knows_is_refused_by_its_path', () => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'hi', name: 'Ada' }], max_tokens: 5 };
  for (const [dialect, field] of [
    [openaiChat, 'messages[0].name'],
    [anthropic, 'messages[0].name'],
  ] as const) {
    expect(() => dialect.parseRequest(body, createLosses('them'), null)).toThrow(
      `\`${field}\` cannot be carried`,
    );
  }
  const lenient = createLosses('them', ['name']);
  expect(openaiChat.parseRequest(body, lenient, null).turns).toHaveLength(1);
  expect(lenient.dropped).toEqual(['name']);
});

test('fields_at_random_are_carried_or_refused_and_never_lost', () => {
  const names = Object.keys(corpus);
  const { plain } = corpus;
  if (plain === undefined) throw new Error('no plain conversation');
  let seed = 42;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed % below;
  };
  let carried = 0;
  for (let round = 0; round < 2000; round++) {
    // Fields of one conversation over those of another, some three at a time.
    let mixed: Conversation = plain;
    for (let each = 0; each < 3; each++) {
      const other = corpus[names[random(names.length)] ?? 'plain'] ?? plain;
      const changed = Object.entries(other).filter(
        ([key, value]) => value !== plain[key as keyof Conversation],
      );
      mixed = { ...mixed, ...Object.fromEntries(changed) };
    }
    const dialect = dialects[random(dialects.length)] ?? openaiChat;
    const went = through(dialect, mixed);
    if (went === null) continue;
    carried++;
    expect(meaning(went.back, dialect.name, went.dropped)).toEqual(
      meaning(mixed, dialect.name, went.dropped),
    );
  }
  expect(carried).toBeGreaterThan(500);
});
