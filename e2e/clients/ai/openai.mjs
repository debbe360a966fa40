// What an app does with OpenAI's SDK, unmodified: argv has the package. Prints what came of it, as JSON.
const { default: OpenAI } = await import(process.argv[2]);
const client = new OpenAI();
const result = {};
const failure = (error) => ({
  name: error.constructor.name,
  status: error.status ?? null,
  message: error.message,
});
const say = (content) => [{ role: 'user', content }];
const tools = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'The weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];
const models = ['gpt-4o-mini', 'claude-sonnet-4-5', 'gemini-2.5-flash'];

for (const model of models) {
  const of = {};
  result[model] = of;
  const whole = await client.chat.completions.create({ model, messages: say('hello'), max_tokens: 100 });
  of.whole = {
    text: whole.choices[0].message.content,
    finish: whole.choices[0].finish_reason,
    usage: whole.usage,
  };

  const stream = await client.chat.completions.create({
    model,
    messages: say('hello'),
    max_tokens: 100,
    stream: true,
    stream_options: { include_usage: true },
  });
  of.stream = { text: '', usage: null };
  for await (const chunk of stream) {
    of.stream.text += chunk.choices[0]?.delta?.content ?? '';
    of.stream.usage = chunk.usage ?? of.stream.usage;
  }

  const helper = client.chat.completions.stream({ model, messages: say('tool'), tools, max_tokens: 100 });
  const message = (await helper.finalChatCompletion()).choices[0].message;
  const [call] = message.tool_calls ?? [];
  of.tool = { name: call?.function.name, arguments: JSON.parse(call?.function.arguments ?? 'null') };
  const after = await client.chat.completions.create({
    model,
    tools,
    max_tokens: 100,
    messages: [...say('tool'), message, { role: 'tool', tool_call_id: call.id, content: '{"sky":"clear"}' }],
  });
  of.afterTool = after.choices[0].message.content;

  const structured = await client.chat.completions.create({
    model,
    messages: say('json'),
    max_tokens: 100,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'place',
        strict: true,
        schema: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
          additionalProperties: false,
        },
      },
    },
  });
  of.structured = JSON.parse(structured.choices[0].message.content);

  const seen = await client.chat.completions.create({
    model,
    max_tokens: 100,
    messages: say([
      { type: 'text', text: 'picture' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    ]),
  });
  of.picture = seen.choices[0].message.content;

  const response = await client.responses.create({ model, input: 'hello' });
  of.response = { text: response.output_text, status: response.status };
  const events = await client.responses.create({ model, input: 'hello', stream: true });
  of.responseStream = { text: '', last: '' };
  for await (const event of events) {
    if (event.type === 'response.output_text.delta') of.responseStream.text += event.delta;
    of.responseStream.last = event.type;
  }

  of.refused = await client.chat.completions
    .create({ model, messages: say('bad'), max_tokens: 100 })
    .catch(failure);
  const broken = await client.chat.completions.create({
    model,
    messages: say('break'),
    max_tokens: 100,
    stream: true,
  });
  of.broken = await (async () => {
    let text = '';
    for await (const chunk of broken) text += chunk.choices[0]?.delta?.content ?? '';
    return { text };
  })().catch(failure);

  const long = await client.chat.completions.create({
    model,
    messages: say('endless'),
    max_tokens: 100,
    stream: true,
  });
  for await (const chunk of long) {
    if (chunk.choices[0]?.delta?.content) break;
  }
  of.recovered = await client.chat.completions
    .create({ model, messages: say('flaky'), max_tokens: 100 })
    .then((answer) => answer.choices[0].message.content, failure);
}
result.storm = await client.chat.completions
  .create({ model: 'storm', messages: say('hello') })
  .catch(failure);
result.hang = await client.chat.completions.create({ model: 'hang', messages: say('hello') }).catch(failure);
result.nobody = await client.chat.completions
  .create({ model: 'gpt-4o-mini', messages: say('hello'), user: 'x' })
  .then(() => 'answered', failure);
result.embedding = (
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'hello' })
).data[0].embedding;
result.models = (await client.models.list()).data.some(({ id }) => id === 'gpt-4o-mini');
const poor = new OpenAI({ apiKey: process.env.POOR_KEY });
result.budget = await poor.chat.completions
  .create({ model: 'gpt-4o-mini', messages: say('hello') })
  .catch(failure);
const wrong = new OpenAI({ apiKey: 'wlai-none' });
result.wrong = await wrong.chat.completions
  .create({ model: 'gpt-4o-mini', messages: say('hello') })
  .catch(failure);
process.stdout.write(JSON.stringify(result));
