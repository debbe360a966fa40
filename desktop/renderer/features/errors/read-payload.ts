/** The parts of a stored event that a person looks at. The payload is the sender's: nothing of it is trusted. Pure. */

export interface ShownFrame {
  function: string;
  file: string;
  /** `file:line:column`. */
  place: string;
  inApp: boolean;
  before: string[];
  context: string | null;
  after: string[];
  line: number;
  /** Where it is in what was deployed, where a source map gave the original. */
  minified: string | null;
}

export interface ShownError {
  type: string;
  value: string;
  /** The innermost first. */
  frames: ShownFrame[];
}

export interface Crumb {
  at: number | null;
  category: string;
  level: string;
  text: string;
}

export interface ShownEvent {
  message: string;
  /** What was thrown last first, its causes after it. */
  errors: ShownError[];
  crumbs: Crumb[];
  tags: [string, string][];
  /** `contexts`, `extra`, `user`, `request`: a name and its JSON. */
  details: { name: string; json: string }[];
}

const most = 200;

export function readPayload(payload: string): ShownEvent {
  const event = object(parse(payload));
  const entry = object(event.logentry ?? event.message);
  return {
    message: text(entry.formatted) || text(entry.message) || text(event.message),
    errors: list(event.exception).map(shownError).reverse(),
    crumbs: list(event.breadcrumbs).slice(-most).map(crumb),
    tags: (Array.isArray(event.tags)
      ? event.tags.filter(Array.isArray)
      : Object.entries(object(event.tags))
    ).map(([key, value]) => [text(key), text(value)]),
    details: ['user', 'request', 'contexts', 'extra', 'sdk', 'modules'].flatMap((name) => {
      const value = event[name];
      return value === undefined || value === null || Object.keys(object(value)).length === 0
        ? []
        : [{ name, json: JSON.stringify(value, null, 2) }];
    }),
  };
}

function shownError(value: unknown): ShownError {
  const raw = object(value);
  const frames = list(object(raw.stacktrace).frames).map(shownFrame).reverse();
  return { type: text(raw.type), value: text(raw.value), frames };
}

function shownFrame(value: unknown): ShownFrame {
  const raw = object(value);
  const file = text(raw.filename) || text(raw.abs_path) || '?';
  const line = typeof raw.lineno === 'number' ? raw.lineno : 0;
  const minified = object(object(raw.data).minified);
  const lines = (part: unknown) => (Array.isArray(part) ? part.map(text) : []);
  return {
    function: text(raw.function) || '(anonymous)',
    file,
    place: [file, line || null, raw.colno]
      .filter((part) => typeof part === 'string' || typeof part === 'number')
      .join(':'),
    inApp: raw.in_app !== false,
    before: lines(raw.pre_context),
    context: typeof raw.context_line === 'string' ? raw.context_line : null,
    after: lines(raw.post_context),
    line,
    minified:
      text(minified.file) === ''
        ? null
        : `${text(minified.file)}:${text(minified.line)}:${text(minified.column)}`,
  };
}

function crumb(value: unknown): Crumb {
  const raw = object(value);
  const data = object(raw.data);
  const request = [text(data.method), text(data.url), text(data.status_code)].filter(Boolean).join(' ');
  const at = typeof raw.timestamp === 'number' ? raw.timestamp * 1000 : Date.parse(text(raw.timestamp));
  return {
    at: Number.isNaN(at) ? null : at,
    category: text(raw.category) || text(raw.type),
    level: text(raw.level),
    text: text(raw.message) || request,
  };
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): unknown[] {
  const found = Array.isArray(value) ? value : object(value).values;
  return Array.isArray(found) ? found.slice(0, most) : [];
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}
