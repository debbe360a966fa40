/** The bus on which features meet: they know these events, never each other. */

import type { Deployment } from '../../shared/deployer/model.ts';
import type { Log } from './log.ts';
import type { Notice } from './notice.ts';

/** Every event there is, with what it carries. A feature that says something new adds a line here. */
export interface EventMap {
  /** A deployment entered a phase; final ones included. Sent after it was stored. */
  'deployment.changed': Deployment;
  /**
   * A release was built and is not live yet; listeners may start to read its files. `folder` is its sealed artefact, null
   * where it is an image. Restarts and promotions make a new release of the same files. May be told twice after a crash.
   */
  'release.made': { app: string; environment: string; release: number; folder: string | null };
  /** An app is gone, with its instances and releases; what others kept of it goes too. */
  'app.removed': { app: string };
  /** An instance ended without being asked to. `restarts` counts from its start; `looping`: it is a crash loop by now. */
  'instance.exited': {
    app: string;
    environment: string;
    release: number;
    instance: string;
    exit: string;
    restarts: number;
    looping: boolean;
  };
  /**
   * The health check of a service beside an app found it well, or fails after it had been well. `restarts`: it is ended
   * and started again for that.
   */
  'service.health': {
    app: string;
    environment: string;
    release: number;
    service: string;
    health: 'healthy' | 'unhealthy';
    restarts: boolean;
  };
  /** A scheduled command is over; `state` is `done`, `failed` or `interrupted`. */
  'cron.ended': { app: string; environment: string; name: string; state: string; exit: string | null };
  /** Somebody should hear of something. Listeners store it before they return. */
  notice: Notice;
  /** Somebody takes care of what is open under this subject; nobody else needs to be woken for it. */
  'notice.acknowledged': { subject: string };
  /** The hosts that lead somewhere, or where they lead, are others now. */
  'hosts.changed': Record<string, never>;
  /** An incident opened or ended, or something was published of it (empty otherwise). Sent after it was stored. */
  'incident.changed': { id: number; what: 'opened' | 'resolved' | 'update'; published: string };
  /** A check went up, down, or off. */
  'check.changed': { id: number };
  /** The proxy took an instance out of, or back into, its rotation. */
  'target.health': { service: string; target: string; healthy: boolean };
}

export interface Events {
  /** Tells every listener, in order of subscription. A listener that throws is logged and stops nobody. */
  emit<K extends keyof EventMap>(name: K, event: EventMap[K]): void;
  /** Returns the function that ends the subscription. */
  on<K extends keyof EventMap>(name: K, listener: (event: EventMap[K]) => void): () => void;
}

/** A bus within this process. Events are told at once and in order; a listener added meanwhile hears from the next on. */
export function createEvents(log: Log): Events {
  const listeners: { [K in keyof EventMap]?: readonly Listener<K>[] } = {};
  return {
    emit(name, event) {
      for (const listener of listeners[name] ?? []) {
        try {
          const answer: unknown = listener(event);
          // An async function fits a listener's type, so its failure is handled here too.
          if (answer instanceof Promise) {
            answer.catch((error: unknown) => log.error(`a listener of ${name} failed`, { error }));
          }
        } catch (error) {
          log.error(`a listener of ${name} failed`, { error });
        }
      }
    },
    on(name, listener) {
      // Wrapped, so that one function subscribed twice is two subscriptions.
      const mine: Listener<typeof name> = (event) => listener(event);
      Reflect.set(listeners, name, [...(listeners[name] ?? []), mine]);
      return () => {
        Reflect.set(listeners, name, listeners[name]?.filter((other) => other !== mine) ?? []);
      };
    },
  };
}

type Listener<K extends keyof EventMap> = (event: EventMap[K]) => void;
