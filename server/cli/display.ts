/** Where progress is shown: redrawn in place on a terminal, line by line in a pipe, nowhere with `--json`. */

import { advance, noProgress, type Progress, type ProgressEvent, progressLines } from './progress.ts';
import { printable } from './style.ts';
import type { VerbContext } from './verb.ts';

export interface Display {
  /** `note` is what a person reads beside the step. */
  show(event: ProgressEvent, note?: string): void;
  /** A line above the picture, for people. */
  say(line: string): void;
  /** Leaves the last picture standing and stops redrawing. Harmless twice. */
  close(): void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawMs = 100;

export function openDisplay(context: VerbContext): Display {
  if (context.flags.on('json')) {
    return { show: () => undefined, say: () => undefined, close: () => undefined };
  }
  const dumb = context.io.env.TERM === 'dumb';
  return context.io.stdout.isTTY && !dumb ? liveDisplay(context) : plainDisplay(context);
}

function liveDisplay({ io, style, now }: VerbContext): Display {
  let progress: Progress = noProgress;
  let drawn = 0;
  let frame = 0;
  let open = true;
  const draw = (mark = frames[frame % frames.length] ?? '') => {
    const lines = progressLines(progress, now(), mark, style, io.columns());
    // Up to the first line drawn before, then down again clearing each: never more than was drawn is touched.
    const up = drawn === 0 ? '' : `\x1b[${drawn}A`;
    io.stdout.write(`${up}\r\x1b[J${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
  const timer = setInterval(() => {
    frame++;
    draw();
  }, redrawMs);
  return {
    show: (event, note = '') => {
      progress = advance(progress, event, note, now());
      if (event.kind === 'server' && event.event.kind === 'phase') draw();
    },
    say: (line) => {
      io.stdout.write(`${drawn === 0 ? '' : `\x1b[${drawn}A\r\x1b[J`}${line}\n`);
      drawn = 0;
      draw();
    },
    close: () => {
      if (!open) return;
      open = false;
      clearInterval(timer);
      // What goes on without us stands still here.
      draw('•');
    },
  };
}

function plainDisplay({ io }: VerbContext): Display {
  return {
    show: (event) => {
      if (event.kind === 'sent') io.stdout.write(`sent ${event.note}\n`);
      if (event.kind !== 'server') return;
      if (event.event.kind === 'line') {
        io.stdout.write(`  ${printable(event.event.line.text)}\n`);
        return;
      }
      const said = event.event.note === undefined ? '' : `: ${event.event.note}`;
      io.stdout.write(`${event.event.phase}${said}\n`);
    },
    say: (line) => io.stderr.write(`${line}\n`),
    close: () => undefined,
  };
}
