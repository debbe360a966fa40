/**
 * Events that a Sentry SDK in the page sends meanwhile, and the recording, learn of each other. It goes through the public
 * methods of the scope that SDKs from 8 on share in `window.__SENTRY__`; where they are not there, nothing happens.
 */

interface Scope {
  addEventProcessor?(processor: (event: SentryEvent) => SentryEvent): unknown;
  getClient?(): { getIntegrationByName?(name: string): unknown } | undefined;
}

interface SentryEvent {
  type?: string;
  event_id?: string;
  contexts?: Record<string, Record<string, unknown> | undefined>;
}

export interface SentryLink {
  /** Its own recorder is in the page: two of them would record the same thing. */
  recordsItself(): boolean;
  /** From now on its events name the replay, and are told. */
  link(replay: () => string | null, sent: (event: string, trace: string | null) => void): void;
}

export function findSentry(page: object): SentryLink {
  const scopes = (): { global: Scope | null; current: Scope | null } => {
    try {
      const carrier = Reflect.get(page, '__SENTRY__');
      const shared = carrier?.[carrier.version];
      return {
        global: shared?.globalScope ?? null,
        current: shared?.stack?.getScope?.() ?? shared?.defaultCurrentScope ?? null,
      };
    } catch {
      return { global: null, current: null };
    }
  };
  return {
    recordsItself() {
      try {
        return scopes().current?.getClient?.()?.getIntegrationByName?.('Replay') !== undefined;
      } catch {
        return false;
      }
    },
    link(replay, sent) {
      scopes().global?.addEventProcessor?.((event) => {
        const id = replay();
        // Events without a type are errors; others are transactions and the like.
        if (id === null || event.type !== undefined || event.event_id === undefined) return event;
        const trace = event.contexts?.trace?.trace_id;
        sent(event.event_id, typeof trace === 'string' ? trace : null);
        return { ...event, contexts: { ...event.contexts, replay: { replay_id: id } } };
      });
    },
  };
}
