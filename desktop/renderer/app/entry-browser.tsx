/** The entry in a browser: the token in the fragment becomes a cookie, then one WebSocket carries everything. */

import type { Desk } from './desk.ts';
import { askToNotify, notifyInBrowser } from './notify-in-browser.ts';
import { start } from './start.tsx';
import { openWebSocket } from './web-socket-channel.ts';

void start(async () => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) {
    history.replaceState(null, '', location.pathname + location.search);
    await fetch('/session', { method: 'POST', body: token });
  }
  const known = await fetch('/session');
  if (!known.ok) {
    return {
      refused: 'This browser is not signed in',
      hint: 'Open the link that the terminal printed. It works once; start the desktop again for a new one.',
    };
  }
  let tell: () => void = () => undefined;
  const cut = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const host = await openWebSocket(`ws://${location.host}/host`, () => tell());
  const desk: Desk = {
    host,
    capabilities: { pathOf: null, chooseFolder: null },
    openExternal: (url) => window.open(url, '_blank', 'noopener'),
    notices: { allow: askToNotify, tell: notifyInBrowser },
    updates: null,
    cut,
  };
  return desk;
});
