/** Joins the parts of the recorder in one page: begins and ends sessions, and decides what of them is sent. */

import { cleanAddress } from './address.ts';
import { watchClicks } from './clicks.ts';
import { crumb } from './crumb.ts';
import { watchConsole, watchErrors, watchRequests } from './faults.ts';
import { joinSelectors, type Observer, observe } from './observe.ts';
import { isLeftOut, type RecorderOptions } from './options.ts';
import { createOutbox } from './outbox.ts';
import { kinds, type RecordedEvent, scrub, sources } from './scrub.ts';
import { findSentry } from './sentry.ts';
import { isOver, keepSession, openSession, type Session, type TabStorage } from './session.ts';
import { createTape } from './tape.ts';

/** How often a recording that is only kept begins anew: so much of what was before an error is sent. */
const keepMs = 60_000;
const wakes = ['pointerdown', 'keydown', 'touchstart', 'wheel', 'popstate'] as const;
/** By a person: what keeps a session going. */
const actions: readonly number[] = [
  sources.move,
  sources.click,
  sources.scroll,
  sources.input,
  sources.touch,
  sources.drag,
];
/** Not the page's answer to a click. */
const gestures: readonly number[] = [sources.move, sources.click, sources.touch, sources.drag, 14];

export function startRecorder(options: RecorderOptions, endpoint: string): void {
  const chosen = readSelectors(options);
  const sentry = findSentry(window);
  // What is to be left out cannot be told: then nothing is recorded.
  if (chosen === null || sentry.recordsItself()) return;
  const storage = tabStorage();
  let refused = false;
  let current: Recording | null = null;
  const outbox = createOutbox(endpoint, () => {
    refused = true;
    finish();
  });
  const begin = () => {
    if (refused || current !== null) return;
    if (isLeftOut(location.pathname, options.leftOut)) return wait();
    const session = openSession(storage, options, Date.now());
    if (session.mode === 'none') return;
    current = createRecording(session, {
      options,
      chosen,
      send: (segment, events, about) => outbox.send({ segment, events, about }),
      keep: () => keepSession(storage, session, false),
      ended: () => {
        finish();
        wait();
      },
    });
  };
  const finish = () => {
    const recording = current;
    current = null;
    if (recording === null) return;
    recording.stop();
    keepSession(storage, recording.session, true);
  };
  const wait = () => {
    const woken = () => {
      for (const each of wakes) removeEventListener(each, woken, true);
      // After what the person did has had its effect.
      setTimeout(begin);
    };
    for (const each of wakes) addEventListener(each, woken, true);
  };
  addEventListener('pagehide', () => {
    finish();
    outbox.leave();
  });
  addEventListener('pageshow', ({ persisted }) => persisted && begin());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') current?.cut();
  });
  sentry.link(
    () => current?.session.id ?? null,
    (event, trace) => current?.reported(event, trace),
  );
  begin();
}

interface Recording {
  readonly session: Session;
  cut(): void;
  /** A Sentry SDK sent an event. */
  reported(event: string, trace: string | null): void;
  stop(): void;
}

interface RecordingParts {
  readonly options: RecorderOptions;
  readonly chosen: { unmask: string | null; block: string | null };
  send(segment: number, events: readonly string[], about: Readonly<Record<string, unknown>>): void;
  /** The session changed. */
  keep(): void;
  /** It is over, or must not go on here. */
  ended(): void;
}

function createRecording(
  session: Session,
  { options, chosen, send, keep, ended }: RecordingParts,
): Recording {
  const none = { clicks: 0, rage: 0, dead: 0, errors: 0 };
  const counts = { ...none };
  let urls = [cleanAddress(location.href)];
  let errors: string[] = [];
  let traces: string[] = [];
  let path = location.pathname;
  let active = false;
  let last = session.startedAt;
  let observer: Observer | null = null;

  const give = (events: readonly string[], since: number) => {
    if (session.next === 0) session.startedAt = since;
    send(session.next, events, {
      replay_id: session.id,
      replay_type: session.mode === 'from-error' ? 'buffer' : 'session',
      replay_start_timestamp: session.startedAt / 1000,
      timestamp: last / 1000,
      urls,
      error_ids: errors,
      trace_ids: traces,
      windlass: { ...counts },
    });
    [urls, errors, traces] = [[], [], []];
    Object.assign(counts, none);
    session.next += 1;
    keep();
  };
  const tape = createTape(session.mode === 'on-error', give, ended);
  const put = (event: RecordedEvent) => {
    last = Math.max(last, event.timestamp);
    tape.add(JSON.stringify(event), event.timestamp, event.type === kinds.meta);
  };
  const release = () => {
    if (!tape.keeping) return;
    session.mode = 'from-error';
    tape.release();
  };
  const clicks = watchClicks(put, counts);

  const take = (event: RecordedEvent) => {
    const source = event.type === kinds.change ? Reflect.get(Object(event.data), 'source') : null;
    const now = Date.now();
    const acted = actions.includes(source);
    if (isOver(session, now)) return ended();
    if (acted) {
      session.activeAt = now;
      active = true;
    }
    if (location.pathname !== path) {
      if (isLeftOut(location.pathname, options.leftOut)) return ended();
      path = location.pathname;
      const to = cleanAddress(location.href);
      urls.push(to);
      clicks.answered();
      put(crumb('navigation', to));
    }
    try {
      scrub(event, { nodeOf: (id) => observer?.nodeOf(id) ?? null, unmask: chosen.unmask });
    } catch {
      // What was not looked through is not kept, and what follows cannot be played without it.
      return ended();
    }
    if (source !== null && !gestures.includes(source)) clicks.answered();
    put(event);
  };

  const held: RecordedEvent[] = [];
  observer = observe(chosen, (event) => (observer === null ? held.push(event) : take(event)));
  for (const event of held) take(event);
  const stops = [
    watchErrors(
      put,
      () => {
        counts.errors += 1;
        release();
      },
      options,
    ),
    watchConsole(put, options),
    watchRequests(put, clicks.answered),
  ];
  const again = setInterval(() => {
    if (!tape.keeping || !active) return;
    active = false;
    observer?.snapshot();
  }, keepMs);
  return {
    session,
    cut: tape.cut,
    reported(event, trace) {
      errors.push(event);
      if (trace !== null) traces.push(trace);
      release();
    },
    stop() {
      clearInterval(again);
      for (const stop of stops) stop();
      clicks.stop();
      observer?.stop();
      tape.cut();
    },
  };
}

function readSelectors({
  unmask,
  block,
}: RecorderOptions): { unmask: string | null; block: string | null } | null {
  let shown: string | null = null;
  try {
    shown = joinSelectors(unmask);
  } catch {
    // Then nothing is shown.
  }
  try {
    return { unmask: shown, block: joinSelectors(block) };
  } catch {
    return null;
  }
}

function tabStorage(): TabStorage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
