/** The version of this file, stamped in by the build; `0.0.0-dev` where it runs from source. */

declare const WINDLASS_VERSION: string | undefined;

export const version = typeof WINDLASS_VERSION === 'string' ? WINDLASS_VERSION : '0.0.0-dev';
