/** Wrong usage: what the person typed cannot be understood. Exit code 2, where failures are 1. */

export class UsageError extends Error {
  readonly hint: string | undefined;

  /** `message` and `hint` as in `WindlassError`. */
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
