/** Whether an authority that everybody trusts could sign for a name. */

/** Names that mean something else on every network (RFC 6761, RFC 6762, RFC 8375, and ICANN's `.internal`). */
const local = ['localhost', 'local', 'internal', 'home.arpa', 'lan'];

export function isPublicName(host: string): boolean {
  const name = host.startsWith('*.') ? host.slice(2) : host;
  if (name.startsWith('[') || /^[\d.]+$/.test(name) || !name.includes('.')) return false;
  return !local.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
}
