/** The value of a cookie in a Cookie field (RFC 6265 section 5.4); empty where there is none. */
export function cookieValue(cookies: string, name: string): string {
  for (const cookie of cookies.split(';')) {
    const equals = cookie.indexOf('=');
    if (cookie.slice(0, equals).trim() === name) return cookie.slice(equals + 1).trim();
  }
  return '';
}
