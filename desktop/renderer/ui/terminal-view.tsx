/** A terminal (xterm.js) in the colours of the page: draws what a line brings, and passes on what is typed. */

import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import { withStyledSpans } from './own-styles.ts';
import styles from './terminal-view.module.css';

export interface TerminalSize {
  columns: number;
  rows: number;
}

export interface TerminalLine {
  /** Resolves or rejects once the other side ended. `write` takes bytes as they come. */
  open(size: TerminalSize, write: (bytes: Uint8Array) => void, signal: AbortSignal): Promise<void>;
  /** What was typed or pasted. */
  type(text: string): void;
  resize(size: TerminalSize): void;
}

export interface TerminalViewProps {
  label: string;
  /** Another line is another terminal. */
  line: TerminalLine;
  onEnd(error: unknown): void;
}

export function TerminalView({ label, line, onEnd }: TerminalViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const stop = new AbortController();
    const terminal = new Terminal({
      documentOverride: withStyledSpans(document),
      fontFamily: getComputedStyle(place).fontFamily,
      fontSize: Number.parseFloat(getComputedStyle(place).fontSize),
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      // Programs choose colours for a background they cannot see.
      minimumContrastRatio: 4.5,
      scrollback: 5000,
      theme: themeOf(place),
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(place);
    terminal.textarea?.setAttribute('aria-label', label);
    fit.fit();
    const size = () => ({ columns: terminal.cols, rows: terminal.rows });
    const typed = terminal.onData((text) => line.type(text));
    const resized = terminal.onResize(() => line.resize(size()));
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(place);
    const recoloured = new MutationObserver(() => {
      terminal.options.theme = themeOf(place);
    });
    recoloured.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    line
      .open(size(), (bytes) => terminal.write(bytes), stop.signal)
      .then(
        () => ended.current(null),
        (error: unknown) => stop.signal.aborted || ended.current(error),
      );
    terminal.focus();
    return () => {
      stop.abort();
      observer.disconnect();
      recoloured.disconnect();
      typed.dispose();
      resized.dispose();
      terminal.dispose();
    };
  }, [label, line]);
  return (
    <section className={styles.terminal} aria-label={label}>
      <div ref={box} />
    </section>
  );
}

function themeOf(place: Element) {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    background: colour('--paper'),
    foreground: colour('--ink'),
    cursor: colour('--rope'),
    cursorAccent: colour('--paper'),
    selectionBackground: colour('--mark'),
  };
}
