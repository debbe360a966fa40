/** What a feature hands to compose.ts: the whole of its surface towards the rest of the server. */

import type { Contract, Event, Method, Params, Result, Stream } from '../../shared/rpc.ts';
import type { ServerContract } from '../../shared/server-contract.ts';
import type { AnswerFilter } from './answer-filter.ts';
import type { DoctorCheck } from './doctor.ts';
import type { Endpoint } from './endpoint.ts';
import type { Migration } from './migrations.ts';

/** What every handler is told about the request it answers. */
export interface CallContext {
  /** Aborted when the client goes away or the server stops. */
  signal: AbortSignal;
}

export interface StreamContext<E> extends CallContext {
  /** Sends an event. A reader that is more than 16 MB behind is cut off, and `signal` aborted. */
  emit(event: E): void;
  /** Resolves once the reader is near; who emits megabytes at once (an old log) awaits it every thousand events or so. */
  drained?(): Promise<void>;
}

export type Handler<M extends Method> = M extends Stream
  ? (params: Params<M>, context: StreamContext<Event<M>>) => Promise<Result<M>>
  : M extends { kind: 'upload' }
    ? (params: Params<M>, context: CallContext & { body: ReadableStream<Uint8Array> }) => Promise<Result<M>>
    : (params: Params<M>, context: CallContext) => Promise<Result<M>> | Result<M>;

export type Handlers<C extends Contract = ServerContract> = { [K in keyof C]?: Handler<C[K]> };

/** Which instances a feature's variables are for. */
export interface InstanceIdentity {
  readonly app: string;
  readonly environment: string;
  readonly release: number;
  /** As the proxy has it, `http://host[:port]`; empty before it has one. */
  readonly url: string;
  /** In a container this machine's loopback is not its own; the machine is `machineHost` there. */
  readonly inContainer: boolean;
}

export interface Feature {
  readonly name: string;
  /** Tables in control.db; ids are unique over all features and never change once released. */
  readonly migrations: readonly Migration[];
  /** The methods of the server contract this feature answers. */
  readonly handlers: Handlers;
  /**
   * The block of the contract with exactly these methods. Loaded when one of them is first called: parsers of features
   * nobody uses cost no memory (some 20 kB a method).
   */
  contract(): Promise<Contract>;
  readonly checks?: readonly DoctorCheck[];
  /** What it answers under `/.windlass/` and on hosts of its own; names are unique over all features. */
  readonly endpoints?: readonly Endpoint[];
  /** How it changes pages of apps on their way to visitors. */
  readonly answerFilters?: readonly AnswerFilter[];
  /**
   * Variables it gives the instances of an app (`SENTRY_DSN`, say); those the person set win. Asked at each start of an
   * instance, so it must be quick. Secret values were given to `secrets.remember`.
   */
  variables?(instance: InstanceIdentity): Readonly<Record<string, string>>;
  /** Called once, in the order of compose.ts, after all migrations ran. */
  start?(): Promise<void>;
  /** Called once, in the reverse order. Must not throw; leaves nothing open. */
  stop?(): Promise<void>;
}
