/** File names without what a build changes in them, so that a deploy makes no new issue. Pure. */

const ending = String.raw`(?=(?:\.[a-z0-9]{1,8}){1,3}$)`;
/** What bundlers write between a name and its ending: eight characters of base64 (Vite, Rollup), or hexadecimal ones (webpack). */
const base64 = new RegExp(`[-._~]([A-Za-z0-9_-]{8})${ending}`);
const longer = new RegExp(`[-._~]([A-Za-z0-9]{9,32})${ending}`);
const hex = /(?:^|[-._~])(?=[a-f]*\d|[a-f]{8})[0-9a-f]{6,64}(?=[-._~]|$)/g;
const version = /[-@.]?v?\d+(?:\.\d+){2,4}/g;

/** The last part of a path or address, without query, version and hash, in lower case. */
export function stableName(path: string): string {
  const clean = path.replace(/[?#].*$/s, '');
  const name = clean.slice(Math.max(clean.lastIndexOf('/'), clean.lastIndexOf('\\')) + 1);
  return name
    .replace(base64, (whole, part: string) => (mixes(part, 2) ? '' : whole))
    .replace(longer, (whole, part: string) => (mixes(part, 3) ? '' : whole))
    .replace(hex, '')
    .replace(version, '')
    .toLowerCase();
}

/** Words are of one case; what a hash function makes nearly always mixes cases and digits. */
function mixes(part: string, kinds: number): boolean {
  return [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(part)).length >= kinds;
}
