/** Whether this browser wants to be counted, and is one of a person. */

/** Set it to `true` to be left out; it is only ever read. */
const optOutKey = 'windlass_ignore';

export function mayCount(): boolean {
  const { doNotTrack, webdriver } = navigator;
  if (doNotTrack === '1' || Reflect.get(navigator, 'globalPrivacyControl') === true || webdriver)
    return false;
  if (!/^https?:$/.test(location.protocol)) return false;
  try {
    return localStorage.getItem(optOutKey) !== 'true';
  } catch {
    // Storage is forbidden here: nobody can have opted out by it.
    return true;
  }
}
