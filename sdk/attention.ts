/** How long a page was looked at and how much of it was seen. */

export interface Attention {
  /** ms since the last `reset`. */
  engaged(): number;
  /** Share of the page that was seen, 0 to 100. */
  scrolled(): number;
  reset(): void;
}

export function watchAttention(): Attention {
  let total = 0;
  let since: number | null = null;
  let deepest = 0;
  const looked = () => document.visibilityState === 'visible' && document.hasFocus();
  const count = () => {
    const now = performance.now();
    if (since !== null) total += now - since;
    since = looked() ? now : null;
  };
  const look = () => {
    const height = document.documentElement.scrollHeight || 1;
    deepest = Math.max(deepest, Math.min(100, Math.round(((scrollY + innerHeight) / height) * 100)));
  };
  for (const type of ['focus', 'blur', 'pageshow', 'pagehide']) addEventListener(type, count);
  document.addEventListener('visibilitychange', count);
  document.addEventListener('scroll', look, { passive: true });
  addEventListener('load', look);
  count();
  look();
  return {
    engaged() {
      count();
      return Math.round(total);
    },
    scrolled() {
      look();
      return deepest;
    },
    reset() {
      count();
      total = 0;
      deepest = 0;
      look();
    },
  };
}
