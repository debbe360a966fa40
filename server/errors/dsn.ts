/** Where an app sends its errors, in Sentry's form. Pure. */

/**
 * `http://<key>@<host>/.windlass/<project>`. Names under `localhost` are this machine (RFC 6761 section 6.3), and not every
 * resolver of a server knows them: those become its address.
 */
export function dsnOf(url: string, key: string, project: number): string {
  const { protocol, host, hostname, port } = new URL(url);
  const here = hostname === 'localhost' || hostname.endsWith('.localhost');
  return `${protocol}//${key}@${here ? `127.0.0.1${port === '' ? '' : `:${port}`}` : host}/.windlass/${project}`;
}
