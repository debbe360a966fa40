/** The whole contract of the desktop's host: what the renderer may ask, in Electron and in a browser alike. */

import { desktopContract } from './desktop/contract.ts';
import { copyContract } from './desktop/copy-contract.ts';
import { errorsCopyContract } from './desktop/errors-copy-contract.ts';

export const hostContract = { ...desktopContract, ...copyContract, ...errorsCopyContract } as const;
export type HostContract = typeof hostContract;
