/** Measures interactions as the browser itself does (Event Timing): from the input to the paint that shows its effect. */

import type { Page } from 'playwright/test';

export interface Timed {
  /** Does one thing a person does, and keeps how long its slowest event took. */
  (name: string, act: () => Promise<unknown>): Promise<void>;
  /** The median of each name's times, the slowest first. 0 where all were painted within a frame. */
  medians(): { name: string; ms: number }[];
}

/** Before the page is opened. */
export async function interactions(page: Page): Promise<Timed> {
  await page.addInitScript(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seenEvents: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
  const take = () =>
    page.evaluate(async () => {
      // Entries are handed out after the paint that ends them.
      for (let frames = 0; frames < 3; frames++) {
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      }
      return (globalThis as unknown as { seenEvents: number[] }).seenEvents.splice(0);
    });
  const times = new Map<string, number[]>();
  const timed = async (name: string, act: () => Promise<unknown>) => {
    await take();
    await act();
    times.set(name, [...(times.get(name) ?? []), Math.max(0, ...(await take()))]);
  };
  return Object.assign(timed, {
    medians: () =>
      [...times]
        .map(([name, all]) => ({ name, ms: all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0 }))
        .sort((a, b) => b.ms - a.ms),
  });
}
