/** A recorded page (rrweb) played again, in a frame that runs no script of it and fetches nothing. */

import { Replayer } from '@rrweb/replay';
import { useEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { letFrameHaveStyles } from './own-styles.ts';
import styles from './replay-player.module.css';

export interface Mark {
  /** ms from the beginning. */
  at: number;
  label: string;
  tone: 'plain' | 'bad';
}

type RecordedEvents = ConstructorParameters<typeof Replayer>[0];

/** rrweb's number for events that are none of the page. */
const custom = 5;
const speeds = [1, 2, 4, 8] as const;
const tickMs = 200;

/**
 * `events` as they were recorded; two at least. What a recorder adds of its own is not played. Another list is another
 * player.
 */
export function ReplayPlayer({ events, marks }: { events: readonly unknown[]; marks: readonly Mark[] }) {
  const stage = useRef<HTMLDivElement>(null);
  const player = useRef<Replayer | null>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [speed, setSpeed] = useState<number>(1);
  const [skip, setSkip] = useState(true);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const root = stage.current;
    if (root === null) return;
    let endStyles: () => void = () => undefined;
    try {
      // Sentry's additions have times in seconds among those in ms: they would make it start in 1970.
      const played = (events as RecordedEvents).filter(
        (event) => typeof event !== 'string' && event.type !== custom,
      );
      const made = new Replayer(played, {
        root,
        skipInactive: true,
        showWarning: false,
        mouseTail: false,
      });
      made.iframe.title = 'The recorded page';
      // What is in it is only looked at: nothing in it takes the keyboard.
      made.iframe.tabIndex = -1;
      endStyles = letFrameHaveStyles(
        made.iframe,
        document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.nonce ?? '',
      );
      made.on('finish', () => setPlaying(false));
      made.on('resize', () => fit(root, made.iframe));
      player.current = made;
      setLength(made.getMetaData().totalTime);
      made.pause(0);
      fit(root, made.iframe);
    } catch {
      setFailed(true);
    }
    const timer = setInterval(() => {
      const now = player.current?.getCurrentTime();
      if (now !== undefined) setAt(Math.max(0, now));
    }, tickMs);
    return () => {
      clearInterval(timer);
      endStyles();
      player.current?.destroy();
      player.current = null;
    };
  }, [events]);
  useEffect(() => player.current?.setConfig({ speed, skipInactive: skip }), [speed, skip]);
  // What happened around the page may reach further than what was seen of it.
  const whole = Math.max(1, length, ...marks.map((mark) => mark.at));
  const go = (to: number) => {
    setAt(to);
    // What happened at that very moment has happened: rrweb goes up to it, and leaves it out.
    if (playing) player.current?.play(to + 1);
    else player.current?.pause(to + 1);
  };
  if (failed) return <p>This recording cannot be played; its timeline is below.</p>;
  return (
    <section className={styles.player} aria-label="The recorded page">
      <div className={styles.stage} ref={stage} />
      <div className={styles.bar}>
        <Button
          onClick={() => {
            if (playing) player.current?.pause();
            else player.current?.play(at >= length ? 0 : at);
            setPlaying(!playing);
          }}
        >
          {playing ? 'Pause' : 'Play'}
        </Button>
        <div className={styles.track}>
          <input
            type="range"
            aria-label="Time"
            min={0}
            max={whole}
            value={Math.min(at, whole)}
            onChange={(event) => go(Number(event.target.value))}
          />
          {marks.map((mark, order) => (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: a recording never changes.
              key={order}
              type="button"
              className={styles.mark}
              data-tone={mark.tone}
              style={{ insetInlineStart: placeOnTrack(Math.max(0, mark.at) / whole) }}
              aria-label={`Go to ${mark.label}`}
              title={mark.label}
              onClick={() => go(Math.max(0, mark.at))}
            />
          ))}
        </div>
        <span className={styles.time}>
          {clock(at)} of {clock(whole)}
        </span>
        <select aria-label="Speed" value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
          {speeds.map((each) => (
            <option key={each} value={each}>
              {each} x
            </option>
          ))}
        </select>
        <label>
          <input type="checkbox" checked={skip} onChange={(event) => setSkip(event.target.checked)} /> Skip
          idle
        </label>
      </div>
    </section>
  );
}

/** The page keeps its own size and is drawn smaller. */
function fit(root: HTMLElement, frame: HTMLIFrameElement): void {
  const [width, height] = [Number(frame.width) || 1024, Number(frame.height) || 768];
  const scale = Math.min(1, root.clientWidth / width);
  const wrapper = frame.parentElement;
  if (wrapper !== null) wrapper.style.transform = `scale(${scale})`;
  root.style.blockSize = `${Math.min(height * scale, 640)}px`;
}

/** `share` from 0 to 1. A mark of half a rem, over the middle of a thumb of one rem, which reaches both ends with its edge. */
function placeOnTrack(share: number): string {
  return `calc(${share * 100}% + ${0.25 - share}rem)`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
