/** Entry of the gateway's Worker. All of a call happens here, so that nothing of it ever holds up a visitor's request. */

import { createOpenGateway, type OpenGateway } from './open-gateway.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

declare const self: Worker;

const tell = (message: FromWorker) => self.postMessage(message);
let open: OpenGateway | null = null;

self.addEventListener('message', (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  switch (message.kind) {
    case 'open':
      open = createOpenGateway(message, tell);
      tell({ kind: 'listening', port: open.port });
      return;
    case 'set':
      open?.set(message.snapshot);
      return;
    case 'ask':
      open?.answer(message.id, message.name, message.question);
      return;
    case 'close':
      void (open?.close() ?? Promise.resolve()).then(() => tell({ kind: 'closed' }));
      return;
  }
});
