/** A host that knows one server only: the one behind a control socket of this computer. */

import { WindlassError } from '../../shared/errors.ts';
import type { Contract, Method } from '../../shared/rpc.ts';
import { serverContract } from '../../shared/server-contract.ts';
import type { HostContext, HostHandlers } from '../door/host-handlers.ts';
import { askSocket, uploadToSocket } from './ask-socket.ts';

interface Asked {
  method: string;
  params: unknown;
}

/** `startedAt` in ms since the epoch. */
export function createSocketHost(socketPath: string, startedAt: number): HostHandlers {
  const server = {
    id: 'local',
    name: 'This computer',
    address: { kind: 'local' },
    hostKey: null,
    jumpHostKey: null,
    addedAt: startedAt,
    provisioned: null,
  };
  const state = async (signal: AbortSignal) => {
    try {
      const info = await askSocket(socketPath, 'server.info', {}, signal, () => undefined);
      return { kind: 'connected', since: startedAt, via: 'local', version: String(Object(info).version) };
    } catch (error) {
      if (!(error instanceof WindlassError)) throw error;
      const { message, hint = '' } = error;
      return { kind: 'control-lost', cause: 'stopped', since: startedAt, message, hint };
    }
  };
  return {
    'servers.list': async (_, { signal }) => ({ servers: [{ ...server, state: await state(signal) }] }),
    'servers.state': async (_, { signal, emit }) => {
      for (let last = ''; !signal.aborted; ) {
        const now = { id: server.id, state: await state(signal) };
        if (JSON.stringify(now) !== last) emit(now);
        last = JSON.stringify(now);
        await pause(lookMs, signal);
      }
      return {};
    },
    'servers.connect': async () => ({}),
    'secrets.keeping': async () => ({ kind: 'memory', why: 'There is nothing to keep for this server.' }),
    'ssh.suggestions': async () => ({ hosts: [], keys: [], agent: false }),
    'local.start': async () => server,
    'local.status': async () => ({ kind: 'running', pid: 0, http: null }),
    'control.call': async (params, { signal }) => {
      const { method, parsed } = check(params, 'call');
      return { result: await askSocket(socketPath, method, parsed, signal, () => undefined) };
    },
    'control.stream': async (params, { signal, emit, drained }) => {
      const { method, parsed } = check(params, 'stream');
      return { result: await askSocket(socketPath, method, parsed, signal, emit, drained) };
    },
    'control.upload': async (params, { signal, body }: HostContext) => {
      const { method, parsed } = check(params, 'upload');
      return { result: await uploadToSocket(socketPath, method, parsed, body, signal) };
    },
  };
}

const lookMs = 2000;

function check(params: unknown, kind: Method['kind']): { method: string; parsed: unknown } {
  const { method, params: inner } = params as Asked;
  const contract: Contract = serverContract;
  const declared = Object.hasOwn(contract, method) ? contract[method] : undefined;
  const parsed = declared?.kind === kind ? declared.params.safeParse(inner) : undefined;
  if (parsed === undefined) throw new WindlassError('not-found', `there is no ${kind} named ${method}`);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new WindlassError('invalid', `${where === '' ? method : where}: ${issue?.message ?? 'not valid'}`);
  }
  return { method, parsed: parsed.data };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
