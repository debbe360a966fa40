/** What a dialect cannot say. It is refused by name, unless whoever asked allowed exactly that to be left out. */

/** A field that another dialect has no place for. Answered with 400; its path is as in the request that came. */
export class NotCarried extends Error {
  override readonly name = 'NotCarried';
  readonly field: string;

  constructor(field: string, to: string) {
    super(`\`${field}\` cannot be carried over to ${to}`);
    this.field = field;
  }
}

/** A request that is not what its dialect says. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  readonly field: string | null;

  constructor(field: string | null, message: string) {
    super(message);
    this.field = field;
  }
}

/** Hints change what a call costs or how fast it is, never what it means; they are left out, and named in the answer. */
const hints = new Set([
  'cache_control',
  'detail',
  'user',
  'user_id',
  'prompt_cache_key',
  'prompt_cache_retention',
  'store',
  'safety_identifier',
]);

export interface Losses {
  /** Throws `NotCarried` unless `field` (`messages[2].name`) may be left out: by its whole path, or by its last name. */
  drop(field: string): void;
  /** Names that were left out, for the answer's header. */
  readonly dropped: readonly string[];
}

const none: readonly string[] = [];

/** `to` names who cannot take it; `allowed` are names that may go. */
export function createLosses(to: string, allowed: readonly string[] = []): Losses {
  return new Dropping(to, allowed);
}

class Dropping implements Losses {
  #dropped: Set<string> | null = null;

  constructor(
    private readonly to: string,
    private readonly allowed: readonly string[],
  ) {}

  get dropped(): readonly string[] {
    return this.#dropped === null ? none : [...this.#dropped];
  }

  drop(field: string): void {
    const name = field.replace(/^.*[.\]]([^.[\]]+)$/, '$1');
    if (!hints.has(name) && !this.allowed.includes(name) && !this.allowed.includes(field))
      throw new NotCarried(field, this.to);
    this.#dropped ??= new Set();
    this.#dropped.add(name);
  }
}
