/** Clicks; those of somebody who is angry (three at one place within a second); and those nothing came of. */

import { crumb, type Tell } from './crumb.ts';

const rageMs = 1000;
const rageClicks = 3;
const rageReach = 30;
/** What answers later than this does not answer, to a person. */
const deadMs = 3000;

export interface ClickWatch {
  /** Something changed, was scrolled, typed, asked of a server: clicks before it were answered. */
  answered(): void;
  stop(): void;
}

export function watchClicks(tell: Tell, counts: { clicks: number; rage: number; dead: number }): ClickWatch {
  let burst: { at: number; x: number; y: number; told: boolean }[] = [];
  let pending: { name: string; at: number; timer: ReturnType<typeof setTimeout> }[] = [];

  const clicked = (event: MouseEvent) => {
    const target = event.composedPath()[0];
    if (!event.isTrusted || !(target instanceof Element)) return;
    const at = Date.now();
    const name = nameOf(target.closest(touchable) ?? target);
    burst = burst.filter(
      (each) =>
        at - each.at <= rageMs && Math.hypot(each.x - event.clientX, each.y - event.clientY) <= rageReach,
    );
    // Three clicks on text select a paragraph.
    const selecting = getSelection()?.isCollapsed === false;
    const rage = burst.length + 1 >= rageClicks && !selecting && !burst.some(({ told }) => told);
    burst.push({ at, x: event.clientX, y: event.clientY, told: rage });
    counts.clicks += 1;
    if (rage) {
      counts.rage += 1;
      tell(crumb('ui.multiClick', name, { clickCount: burst.length }, at));
    } else tell(crumb('ui.click', name, {}, at));
    if (!expectsAnswer(target)) return;
    const timer = setTimeout(() => {
      pending = pending.filter((each) => each.timer !== timer);
      counts.dead += 1;
      tell(crumb('ui.slowClickDetected', name, { timeAfterClickMs: deadMs, endReason: 'timeout' }, at));
    }, deadMs);
    pending.push({ name, at, timer });
  };
  const answered = () => {
    for (const { timer } of pending) clearTimeout(timer);
    pending = [];
  };
  document.addEventListener('click', clicked, true);
  return {
    answered,
    stop() {
      document.removeEventListener('click', clicked, true);
      answered();
    },
  };
}

const touchable = 'button, a, [role=button], [role=link], [role=tab], [role=menuitem], input, summary, label';

/** A thing that looks as if it did something, here and now: not a link to a file, another tab or another program. */
function expectsAnswer(target: Element): boolean {
  const thing = target.closest('button, a[href], [role=button], input[type=submit], input[type=button]');
  if (thing === null || thing.matches(':disabled, [download], [target=_blank]')) return false;
  return !(thing instanceof HTMLAnchorElement) || /^https?:$/.test(thing.protocol);
}

/** As a stylesheet would call it, with nothing of what it says. */
export function nameOf(element: Element): string {
  const id = element.id === '' ? '' : `#${element.id}`;
  const classes = [...element.classList].slice(0, 3).map((each) => `.${each}`);
  return `${element.tagName.toLowerCase()}${id}${classes.join('')}`.replace(/\d{5,}/g, '*').slice(0, 120);
}
