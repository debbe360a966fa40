/** The bus on which features meet: they know these events, never each other. */

import type { Deployment } from '../../shared/deployer/model.ts';

/** Every event there is, with what it carries. A feature that says something new adds a line here. */
export interface EventMap {
  /** A deployment entered a phase; final ones included. Sent after it was stored. */
  'deployment.changed': Deployment;
  /** An instance ended without being asked to. `restarts` counts from its start. */
  'instance.exited': {
    app: string;
    environment: string;
    release: number;
    instance: string;
    exit: string;
    restarts: number;
  };
  /** The proxy took an instance out of, or back into, its rotation. */
  'target.health': { service: string; target: string; healthy: boolean };
}

export interface Events {
  /** Tells every listener, in order of subscription. A listener that throws is logged and stops nobody. */
  emit<K extends keyof EventMap>(name: K, event: EventMap[K]): void;
  /** Returns the function that ends the subscription. */
  on<K extends keyof EventMap>(name: K, listener: (event: EventMap[K]) => void): () => void;
}
