/** For tests: a desk on a folder of its own, and envelopes to give it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Desk, openDesk } from './desk.ts';
import type { Expected, Happening } from './intake/context.ts';
import type { Outcome, Submission } from './intake/protocol.ts';

export interface DeskRig extends Disposable {
  readonly desk: Desk;
  readonly folder: string;
  readonly faults: unknown[];
  readonly happened: (Happening | Expected)[];
  now: number;
  submit(body: string | Uint8Array, change?: Partial<Submission>): Outcome;
  /** Many in one commit. */
  submitAll(bodies: readonly (string | Uint8Array)[], change?: Partial<Submission>): Outcome[];
  /** An event in an envelope; answers its id. Throws where it was refused. */
  event(event: object, change?: Partial<Submission>): string;
}

const enough = 1_000_000;

export function deskRig(options: { spikePerMinute?: number; keepBytes?: number } = {}): DeskRig {
  const folder = mkdtempSync(join(tmpdir(), 'errors-'));
  const faults: unknown[] = [];
  const happened: (Happening | Expected)[] = [];
  const { spikePerMinute = enough, keepBytes = 1024 ** 3 } = options;
  const desk = openDesk({ folder, keepDays: 30, keepBytes, spikePerMinute }, (_, error) =>
    faults.push(error),
  );
  const rig: DeskRig = {
    desk,
    folder,
    faults,
    happened,
    now: Date.UTC(2026, 5, 1, 12),
    submit: (body, change) => rig.submitAll([body], change)[0] as Outcome,
    submitAll(bodies, change = {}) {
      const taken = desk.take(
        bodies.map((body) => ({
          project: { id: 1, app: 'shop', rules: '' },
          form: 'envelope',
          body: typeof body === 'string' ? Buffer.from(body) : body,
          encoding: '',
          contentType: '',
          now: rig.now,
          release: 'shop@1',
          environment: 'production',
          ...change,
        })),
      );
      happened.push(...taken.happened);
      return taken.outcomes;
    },
    event(event, change) {
      const id = crypto.randomUUID().replaceAll('-', '');
      const outcome = rig.submit(envelope({ event_id: id }, ['event', event]), change);
      if (outcome.kind !== 'taken') throw new Error(outcome.why);
      return id;
    },
    [Symbol.dispose]() {
      desk.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

export function envelope(header: object, ...items: (readonly [type: string, payload: unknown])[]): string {
  const lines = items.flatMap(([type, payload]) => [JSON.stringify({ type }), JSON.stringify(payload)]);
  return [JSON.stringify(header), ...lines].join('\n');
}

/** An error thrown in `fn` of `file`, called by main. */
export function thrown(
  type: string,
  value: string,
  fn: string,
  file = '/app/src/cart.js',
  source = `${fn}();`,
) {
  return {
    platform: 'node',
    exception: {
      values: [
        {
          type,
          value,
          stacktrace: {
            frames: [
              { filename: 'node:internal/main', function: 'run', lineno: 1, in_app: false },
              {
                filename: '/app/src/main.js',
                function: 'main',
                lineno: 3,
                colno: 1,
                context_line: 'main();',
                in_app: true,
              },
              { filename: file, function: fn, lineno: 7, colno: 5, context_line: source, in_app: true },
            ],
          },
        },
      ],
    },
  };
}
