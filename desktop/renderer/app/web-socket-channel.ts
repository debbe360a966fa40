/** The channel to a host behind the headless server: JSON for messages, bytes for the bodies of uploads. */

import type { FromHost } from '../../../shared/link.ts';
import { createHostEnd, type HostClient } from './host-client.ts';

/** Resolves once it is open. `onCut` is told when it is gone for good. */
export function openWebSocket(url: string, onCut: () => void): Promise<HostClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const end = createHostEnd({
      send(message) {
        if (socket.readyState !== WebSocket.OPEN) return;
        if (message.kind !== 'chunk') {
          socket.send(JSON.stringify(message));
          return;
        }
        const framed = new Uint8Array(4 + message.bytes.length);
        new DataView(framed.buffer).setUint32(0, message.id);
        framed.set(message.bytes, 4);
        socket.send(framed);
      },
    });
    socket.onmessage = ({ data }) => end.receive(JSON.parse(String(data)) as FromHost);
    socket.onopen = () => resolve(end.client);
    socket.onclose = () => {
      reject(new Error('the host does not answer'));
      end.cut();
      onCut();
    };
  });
}
