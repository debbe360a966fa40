/** Patterns over request paths as rules have them: one path, or everything that starts like it. */

/** `/about`, `/blog/*`, `*.png`. */
export type PathPattern = string;

export const pathPatternSyntax = /^(?:\/[^\s?#*]*\*?|\*[^\s?#*/]*)$/;

/**
 * The path as rules see it: without query, percent-decoded once, without empty and dot segments. So no spelling of a path
 * that an app takes for the same one escapes a rule. What cannot be decoded stays as it is.
 */
export function plainPath(path: string): string {
  const query = path.indexOf('?');
  const raw = query === -1 ? path : path.slice(0, query);
  if (!/%|\/\/|\/\./.test(raw)) return raw;
  let decoded = raw;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    // Stays as it is: no app can decode it either.
  }
  const segments: string[] = [];
  const parts = decoded.replaceAll('\\', '/').split('/');
  for (const part of parts) {
    if (part === '..') segments.pop();
    else if (part !== '' && part !== '.') segments.push(part);
  }
  const slash = /(?:\/|\/\.{1,2})$/.test(decoded) && segments.length > 0 ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

/** What `*` stands for where `path` (as `plainPath` gave it) matches; null where it does not. */
export function matchPattern(pattern: PathPattern, path: string): string | null {
  if (pattern.startsWith('*')) {
    const end = pattern.slice(1);
    return path.endsWith(end) ? path.slice(0, path.length - end.length) : null;
  }
  if (!pattern.endsWith('*')) return path === pattern ? '' : null;
  const start = pattern.slice(0, -1);
  if (path.startsWith(start)) return path.slice(start.length);
  // `/blog/*` is also `/blog` itself.
  return start.endsWith('/') && path === start.slice(0, -1) ? '' : null;
}
