/** The project's folder, and the places in it that tools write to. */

import { join } from 'node:path';

export const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '');
/** What can be deleted at any time. */
export const cache = join(root, '.cache');
export const dist = join(root, 'dist');
/** The compiled file for this machine. */
export const windlassFile = join(dist, 'windlass');
