/** How a container ended, from what the engine keeps of it. Pure. */

import type { Exit } from '../runtimes/runtime.ts';

export interface EndedState {
  ExitCode: number;
  OOMKilled: boolean;
}

const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** `memoryLimit` in bytes. A code of 128 + n is an end by signal n, as init and shells say it. */
export function exitOf(state: EndedState, memoryLimit: number): Exit {
  const oomLimit = state.OOMKilled && memoryLimit > 0 ? memoryLimit : null;
  const signal = signals[state.ExitCode - 128];
  return signal === undefined
    ? { code: state.ExitCode, signal: null, oomLimit }
    : { code: null, signal, oomLimit };
}

/** An end that may have been one for memory although the engine has not said so. */
export function mayBeOom(state: EndedState, memoryLimit: number): boolean {
  return !state.OOMKilled && memoryLimit > 0 && signals[state.ExitCode - 128] === 'SIGKILL';
}

/** It was removed, so nobody knows. */
export const vanished: Exit = { code: null, signal: null, oomLimit: null };
