/** The whole contract of the desktop's host: what the renderer may ask, in Electron and in a browser alike. */

import { desktopContract } from './desktop/contract.ts';

export const hostContract = { ...desktopContract } as const;
export type HostContract = typeof hostContract;
