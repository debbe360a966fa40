/** A request for an answer as no dialect has it: what every dialect is parsed into and rendered from. */

/** Bytes of a picture, a document or a sound: by address, inline (base64), or by an id that one provider knows. */
export type Source =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly mime: string; readonly data: string };

/** `cache`: everything up to here may be kept by the provider, for so long. A hint, never a change of meaning. */
interface Cacheable {
  readonly cache?: '5m' | '1h' | undefined;
}

export interface TextPart extends Cacheable {
  readonly kind: 'text';
  readonly text: string;
}

/** The model asks for a function; `input` is JSON text as the model wrote it. */
export interface ToolCallPart extends Cacheable {
  readonly kind: 'tool-call';
  readonly id: string;
  readonly name: string;
  readonly input: string;
  /** What Gemini wants back with the call. */
  readonly signature?: string | undefined;
}

export type Part =
  | TextPart
  | ToolCallPart
  | ({
      readonly kind: 'image';
      readonly source: Source;
      readonly detail?: 'auto' | 'low' | 'high' | undefined;
    } & Cacheable)
  | ({ readonly kind: 'file'; readonly source: Source; readonly name?: string | undefined } & Cacheable)
  | { readonly kind: 'audio'; readonly mime: string; readonly data: string }
  | ({
      readonly kind: 'tool-result';
      readonly id: string;
      readonly parts: readonly Part[];
      readonly failed: boolean;
    } & Cacheable)
  | { readonly kind: 'thinking'; readonly text: string; readonly signature: string | null }
  | { readonly kind: 'redacted-thinking'; readonly data: string }
  | { readonly kind: 'refusal'; readonly text: string };

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly Part[];
}

export interface Tool extends Cacheable {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of the input. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly strict: boolean | null;
}

export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'named'; readonly name: string };

export type Format =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema';
      readonly name: string | null;
      readonly schema: Readonly<Record<string, unknown>>;
    };

export const efforts = ['none', 'minimal', 'low', 'medium', 'high'] as const;
export type Effort = (typeof efforts)[number];

export interface Conversation {
  readonly model: string;
  readonly instructions: readonly TextPart[];
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | null;
  readonly parallelTools: boolean | null;
  readonly maxTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
  readonly frequencyPenalty: number | null;
  readonly presencePenalty: number | null;
  readonly format: Format;
  /** How much the model may think: in words or in tokens, which dialects translate into each other (`thinking.ts`). */
  readonly thinking:
    | { readonly kind: 'effort'; readonly effort: Effort }
    | { readonly kind: 'budget'; readonly tokens: number }
    | null;
  /** The end user, as the app calls them. */
  readonly user: string | null;
  readonly stream: boolean;
  /** Whether who asked wants usage within the stream; dialects that always send it say true. */
  readonly streamUsage: boolean;
}

/** Adjacent turns of one role are one turn, and one without parts is none: dialects differ in how they cut them. */
export function joinTurns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    if (turn.parts.length === 0) continue;
    const last = joined.at(-1);
    if (last?.role === turn.role)
      joined[joined.length - 1] = { role: turn.role, parts: [...last.parts, ...turn.parts] };
    else joined.push(turn);
  }
  return joined;
}
