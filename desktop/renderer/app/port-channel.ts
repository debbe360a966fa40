/** The channel to a host in Electron's utility process: a MessagePort that the main process handed over. */

import type { FromHost } from '../../../shared/link.ts';
import { createHostEnd, type HostClient } from './host-client.ts';

export function openPort(port: MessagePort, onCut: () => void): HostClient {
  const end = createHostEnd({ send: (message) => port.postMessage(message) });
  port.onmessage = ({ data }: MessageEvent<FromHost>) => end.receive(data);
  port.addEventListener('close', () => {
    end.cut();
    onCut();
  });
  port.start();
  return end.client;
}
