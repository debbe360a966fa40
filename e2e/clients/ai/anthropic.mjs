// What an app does with Anthropic's SDK, unmodified. Prints what came of it, as JSON.
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic();
const result = {};
const failure = (error) => ({
  name: error.constructor.name,
  status: error.status ?? null,
  message: error.message,
});
const say = (content) => [{ role: 'user', content }];
const tools = [
  {
    name: 'weather',
    description: 'The weather of a city',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];
const models = ['gpt-4o-mini', 'claude-sonnet-4-5', 'gemini-2.5-flash'];
const max_tokens = 100;
const textOf = (message) => message.content.map((block) => block.text ?? '').join('');

for (const model of models) {
  const of = {};
  result[model] = of;
  const whole = await client.messages.create({
    model,
    max_tokens,
    system: 'Be kind.',
    messages: say('hello'),
  });
  of.whole = { text: textOf(whole), stop: whole.stop_reason, usage: whole.usage };
  const final = await client.messages.stream({ model, max_tokens, messages: say('hello') }).finalMessage();
  of.stream = { text: textOf(final), stop: final.stop_reason, usage: final.usage };
  const asked = await client.messages
    .stream({ model, max_tokens, messages: say('tool'), tools })
    .finalMessage();
  const use = asked.content.find((block) => block.type === 'tool_use');
  of.tool = { name: use?.name, input: use?.input, stop: asked.stop_reason };
  const after = await client.messages.create({
    model,
    max_tokens,
    tools,
    messages: [
      ...say('tool'),
      { role: 'assistant', content: asked.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: '{"sky":"clear"}' }] },
    ],
  });
  of.afterTool = textOf(after);
  const seen = await client.messages.create({
    model,
    max_tokens,
    messages: say([
      { type: 'text', text: 'picture' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
    ]),
  });
  of.picture = textOf(seen);
  of.refused = await client.messages.create({ model, max_tokens, messages: say('bad') }).catch(failure);
  of.broken = await client.messages
    .stream({ model, max_tokens, messages: say('break') })
    .finalMessage()
    .catch(failure);
  const long = client.messages.stream({ model, max_tokens, messages: say('endless') });
  for await (const event of long) {
    if (event.type === 'content_block_delta') break;
  }
  long.abort();
  of.recovered = await client.messages
    .create({ model, max_tokens, messages: say('flaky') })
    .then(textOf, failure);
}
result.counted = await client.messages.countTokens({ model: 'claude-sonnet-4-5', messages: say('hello') });
const poor = new Anthropic({ apiKey: process.env.POOR_KEY });
result.budget = await poor.messages
  .create({ model: 'claude-sonnet-4-5', max_tokens, messages: say('hello') })
  .catch(failure);
const wrong = new Anthropic({ apiKey: 'wlai-none' });
result.wrong = await wrong.messages
  .create({ model: 'claude-sonnet-4-5', max_tokens, messages: say('hello') })
  .catch(failure);
process.stdout.write(JSON.stringify(result));
