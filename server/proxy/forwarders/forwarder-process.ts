/** The process of a forwarder: does what main says over the line between them, and ends when the line does. */

import type { Log } from '../../kernel/log.ts';
import { Batches } from './batches.ts';
import { Forwarder } from './forwarder.ts';
import type { FromForwarder, ToForwarder } from './messages.ts';
import { mainThreadMs } from './thread-time.ts';

/** The end of a line to main: what a process has that was started with one. */
export interface MainLine {
  send?(message: unknown): unknown;
  on(event: 'message', hear: (message: unknown) => void): unknown;
  on(event: 'disconnect', hear: () => void): unknown;
}

const pulseMs = 1000;
/** For requests under way once main is gone: nobody is left to take over what we cannot answer. */
const orphanMs = 5_000;

/** Resolves to the exit code once everything is closed. */
export function forwardFor(line: MainLine): Promise<number> {
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const say = (message: FromForwarder) => {
    if (!orphaned) line.send?.(message);
  };
  const batches = new Batches(say);
  const log = logTo(say);
  const questions = new Map<number, (cut: boolean) => void>();
  let forwarder: Forwarder | null = null;
  let leaving = false;
  let orphaned = false;

  const wasCut = (id: number) =>
    new Promise<boolean>((resolve) => {
      if (orphaned) {
        resolve(true);
        return;
      }
      questions.set(id, resolve);
      say({ kind: 'how-ended', id });
    });
  const pulse = setInterval(() => {
    const connections = forwarder?.connections ?? 0;
    say({ kind: 'pulse', busyMs: mainThreadMs(), connections, inFlight: forwarder?.inFlight() ?? [] });
  }, pulseMs);
  const leave = async (graceMs: number) => {
    if (leaving) return;
    leaving = true;
    await forwarder?.leave(graceMs);
    clearInterval(pulse);
    batches.flush();
    end(0);
  };

  line.on('message', (message) => {
    // Said by the process that started this one, which is of the same build.
    const told = message as ToForwarder;
    switch (told.kind) {
      case 'begin':
        forwarder = new Forwarder({ orders: told, batches, log, wasCut });
        say({ kind: 'has', version: told.snapshot.version });
        return;
      case 'routes':
        forwarder?.follow(told.snapshot);
        say({ kind: 'has', version: told.snapshot.version });
        return;
      case 'go':
        forwarder?.go(told.version);
        say({ kind: 'open' });
        return;
      case 'shortcut':
        forwarder?.shortcuts.set(told.instance, told.shortcut);
        return;
      case 'share':
        forwarder?.shareRoom(told.parts);
        return;
      case 'certificates':
        forwarder?.show(told.copy);
        return;
      case 'drain':
        void forwarder
          ?.drain(told.service, told.timeoutMs)
          .then((drained) => say({ kind: 'drained', id: told.id, ...drained }));
        return;
      case 'taken':
        batches.taken();
        return;
      case 'ended':
        questions.get(told.id)?.(told.cut);
        questions.delete(told.id);
        return;
      case 'leave':
        void leave(told.graceMs);
    }
  });
  line.on('disconnect', () => {
    orphaned = true;
    for (const answer of questions.values()) answer(true);
    questions.clear();
    void leave(orphanMs);
  });
  return ended;
}

function logTo(say: (message: FromForwarder) => void): Log {
  const at =
    (level: Extract<FromForwarder, { kind: 'log' }>['level']) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const { error, ...rest } = fields;
      const told = error === undefined ? rest : { ...rest, error: String(error) };
      say({ kind: 'log', level, message, fields: told });
    };
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
}
