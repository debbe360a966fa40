/** The one door for messages of a page: each handler is wrapped here, and foreign frames are refused. */

import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import type { BridgeChannel } from '../../shared/desktop-bridge.ts';
import { WindlassError } from '../../shared/errors.ts';
import { isOwnPage } from './app-address.ts';

export interface Door {
  handle(channel: BridgeChannel, handler: (argument: unknown) => unknown): void;
  on(channel: BridgeChannel, handler: (event: IpcMainEvent) => void): void;
}

export function createDoor(ipc: Pick<IpcMain, 'handle' | 'on'>): Door {
  return {
    handle(channel, handler) {
      ipc.handle(channel, async (event, argument: unknown) => {
        checkSender(event);
        return handler(argument);
      });
    },
    on(channel, handler) {
      ipc.on(channel, (event) => {
        checkSender(event);
        handler(event);
      });
    },
  };
}

/** Only the top frame of our own page; a frame inside it, or one that went elsewhere, is nobody. */
function checkSender({ senderFrame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): void {
  if (senderFrame === null || senderFrame.parent !== null || !isOwnPage(senderFrame.url)) {
    throw new WindlassError('forbidden', 'this page may not ask that');
  }
}
