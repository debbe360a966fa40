/** Answers one renderer's questions over one channel: allow-list, parsers, cancelling. The only way into the host. */

import { toPublicError, unreachable, WindlassError } from '../../shared/errors.ts';
import { type FromHost, type FromRenderer, fromRenderer } from '../../shared/link.ts';
import type { Contract } from '../../shared/rpc.ts';
import type { HostHandlers } from './host-handlers.ts';
import { createUploadBody, type UploadBody } from './upload-body.ts';

export interface ServedHost {
  /** One message as it came; anything that is none is dropped. */
  receive(message: unknown): void;
  /** The renderer is gone: ends all it asked for. */
  close(): void;
}

export interface ServeHostParts {
  contract: Contract;
  handlers: HostHandlers;
  send(message: FromHost): void;
  /** Resolves once what was sent has nearly left. */
  drained(): Promise<void>;
  /** Told of bugs; people see only that there was one. */
  onBug(method: string, error: unknown): void;
}

interface Running {
  stop: AbortController;
  upload: UploadBody | null;
}

/** Questions one renderer may have open; a page has about ten. */
const mostOpen = 200;

export function serveHost(parts: ServeHostParts): ServedHost {
  const running = new Map<number, Running>();
  const refuse = (id: number, error: unknown) =>
    parts.send({ kind: 'error', id, error: toPublicError(error) });

  const ask = async (id: number, name: string, given: unknown) => {
    const method = Object.hasOwn(parts.contract, name) ? parts.contract[name] : undefined;
    const handler = Object.hasOwn(parts.handlers, name) ? parts.handlers[name] : undefined;
    if (method === undefined || handler === undefined) {
      refuse(id, new WindlassError('not-found', `there is no method ${JSON.stringify(name)}`));
      return;
    }
    const params = method.params.safeParse(given ?? {});
    if (!params.success) {
      const [issue] = params.error.issues;
      const where = issue?.path.join('.') ?? '';
      refuse(
        id,
        new WindlassError('invalid', `${where === '' ? name : where}: ${issue?.message ?? 'not valid'}`),
      );
      return;
    }
    const stop = new AbortController();
    const upload = method.kind === 'upload' ? createUploadBody(() => parts.send({ kind: 'more', id })) : null;
    running.set(id, { stop, upload });
    try {
      const result = await handler(params.data, {
        signal: stop.signal,
        emit: (event) => {
          if (running.has(id)) parts.send({ kind: 'event', id, event });
        },
        drained: parts.drained,
        body: upload?.body ?? nothing(),
      });
      if (running.has(id)) parts.send({ kind: 'result', id, result: result ?? {} });
    } catch (error) {
      if (!(error instanceof WindlassError) && !stop.signal.aborted) parts.onBug(name, error);
      if (running.has(id)) refuse(id, error);
    } finally {
      running.delete(id);
      upload?.fail(new WindlassError('cancelled', 'nobody reads the upload any more'));
    }
  };

  const act = (message: FromRenderer) => {
    const found = running.get(message.id);
    switch (message.kind) {
      case 'ask':
        if (found !== undefined || running.size >= mostOpen) {
          refuse(message.id, new WindlassError('limit', 'too many questions are open at once'));
          return;
        }
        void ask(message.id, message.method, message.params);
        return;
      case 'chunk':
        found?.upload?.push(message.bytes);
        return;
      case 'end':
        found?.upload?.end();
        return;
      case 'cancel':
        end(message.id);
        return;
      default:
        unreachable(message);
    }
  };
  const end = (id: number) => {
    const found = running.get(id);
    running.delete(id);
    found?.upload?.fail(new WindlassError('cancelled', 'cancelled'));
    found?.stop.abort();
  };
  return {
    receive(message) {
      const parsed = fromRenderer.safeParse(message);
      if (parsed.success) act(parsed.data);
    },
    close() {
      for (const id of [...running.keys()]) end(id);
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}
