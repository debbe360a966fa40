/** The playground's question, asked as an app would. */

import { WindlassError } from '../../../shared/errors.ts';
import { errorText } from '../calling/error-text.ts';
import { streamParser } from '../dialects/openai-chat/parse-stream.ts';
import { FrameCutter, parseFrame, splitFrames } from '../stream/frames.ts';

export interface PlayQuestion {
  readonly model: string;
  readonly turns: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly text: string }[];
  readonly maxTokens: number;
}

/** Throws `failed` with what the gateway or the provider said. */
export async function play(
  url: string,
  key: string,
  { model, turns, maxTokens }: PlayQuestion,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<{ call: number; provider: string }> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream: true,
      max_completion_tokens: maxTokens,
      messages: turns.map(({ role, text }) => ({ role, content: text })),
    }),
    signal,
  });
  if (!answer.ok || answer.body === null) {
    const said = errorText(new Uint8Array(await answer.arrayBuffer()));
    throw new WindlassError('failed', said ?? `the gateway answered ${answer.status}`);
  }
  const cutter = new FrameCutter();
  const parser = streamParser();
  const take = (bytes: Buffer | null) => {
    for (const raw of bytes === null ? [] : splitFrames(bytes)) {
      const frame = parseFrame(raw);
      for (const event of frame === null ? [] : parser.push(frame)) {
        if (event.kind === 'text') say(event.text);
        else if (event.kind === 'error') throw new WindlassError('failed', event.message);
      }
    }
  };
  for await (const bytes of answer.body) take(cutter.push(Buffer.from(bytes)));
  take(cutter.rest());
  return {
    call: Number(answer.headers.get('windlass-call')),
    provider: answer.headers.get('windlass-provider') ?? '',
  };
}
