/** A shell in an app's live release, as a line for a terminal: typed text goes in order, one call after the other. */

import type { At } from '../../app/app-frame.tsx';
import type { ServerClient } from '../../app/server-client.ts';
import type { TerminalLine, TerminalSize } from '../../ui/terminal-view.tsx';

/** Characters in one call: few enough to be arguments of one function. */
const mostTyped = 8000;

export function shellLine(client: ServerClient, { app, environment }: Omit<At, 'server'>): TerminalLine {
  let id: string | null = null;
  let waiting = '';
  let size: TerminalSize | null = null;
  let sending = false;
  const send = async () => {
    if (sending || id === null) return;
    sending = true;
    try {
      while (waiting !== '' || size !== null) {
        if (size !== null) {
          const wanted: TerminalSize = size;
          size = null;
          await client.call('terminals.resize', { id, ...wanted });
        }
        const text = waiting.slice(0, mostTyped);
        waiting = waiting.slice(text.length);
        if (text !== '') await client.call('terminals.write', { id, base64: toBase64(text) });
      }
    } catch {
      // The shell is gone; its own end says why.
      waiting = '';
    } finally {
      sending = false;
    }
  };
  return {
    async open(first, write, signal) {
      await client.stream(
        'terminals.open',
        { app, environment, ...first },
        (event) => {
          if (event.kind === 'opened') {
            id = event.id;
            void send();
          } else write(fromBase64(event.base64));
        },
        signal,
      );
    },
    type(text) {
      waiting += text;
      void send();
    },
    resize(wanted) {
      size = wanted;
      void send();
    },
  };
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
