/** The renderer's own address in Electron. Everything that is not under it is foreign. */

export const appScheme = 'app';
export const appOrigin = 'app://windlass';

export function isOwnPage(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'app:' && new URL(url).host === 'windlass';
}
