/** The entry in Electron: the preload's narrow bridge, and a MessagePort to the host. */

import type { Bridge } from '../../../shared/desktop-bridge.ts';
import type { Desk } from './desk.ts';
import { openPort } from './port-channel.ts';
import { start } from './start.tsx';

void start(async () => {
  const { windlass } = globalThis as unknown as { windlass: Bridge };
  const port = await new Promise<MessagePort>((resolve) => {
    const onPort = ({ data, ports, source }: MessageEvent) => {
      const [first] = ports;
      if (source !== window || data !== 'windlass-host' || first === undefined) return;
      window.removeEventListener('message', onPort);
      resolve(first);
    };
    window.addEventListener('message', onPort);
    windlass.connectHost();
  });
  let tell: () => void = () => undefined;
  const cut = new Promise<void>((resolve) => {
    tell = resolve;
  });
  windlass.onOpenView((path) => {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
  });
  const desk: Desk = {
    host: openPort(port, () => tell()),
    capabilities: { pathOf: (file) => windlass.pathOf(file), chooseFolder: () => windlass.chooseFolder() },
    openExternal: (url) => void windlass.openExternal(url),
    notices: {
      allow: () => undefined,
      tell: ({ title, body, view }) => void windlass.notify(title, body, view),
    },
    updates: {
      watch(tell) {
        windlass.onUpdate(tell);
        windlass.updateState().then(tell, () => undefined);
      },
      install: () => void windlass.installUpdate(),
    },
    cut,
  };
  return desk;
});
