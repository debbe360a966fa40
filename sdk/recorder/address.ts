/** Addresses as they may be stored: no query, no fragment, and no part of the path that names a person or is a secret. */

/** Of this page's own host only the path is left. Empty where it is no address of the web. */
export function cleanAddress(address: string, base: string = location.href): string {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    return '';
  }
  if (!/^https?:$/.test(url.protocol)) return '';
  const path = url.pathname.split('/').map(cleanPart).join('/');
  return url.origin === new URL(base).origin ? path : url.origin + path;
}

/** Something with an @, or long with digits in it, as keys and tokens are. */
function cleanPart(part: string): string {
  const long = part.length >= 24 && /\d/.test(part) && !/\.\w{1,5}$/.test(part);
  return long || /@|%40/.test(part) ? '*' : part;
}
