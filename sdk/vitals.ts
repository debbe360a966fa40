/** Core web vitals of the page that was loaded, as https://web.dev/articles/vitals defines them. */

export type Vitals = Partial<Record<'lcp' | 'inp' | 'cls' | 'fcp' | 'ttfb', number>>;

interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
}
interface Interaction extends PerformanceEntry {
  interactionId?: number;
}

/** Calls nothing; what is known so far is in the object that is returned. */
export function watchVitals(): Vitals {
  const vitals: Vitals = {};
  const [navigation] = performance.getEntriesByType('navigation') as (PerformanceNavigationTiming & {
    activationStart?: number;
  })[];
  // A page that was made before it was opened began when it was opened.
  const start = navigation?.activationStart ?? 0;
  const since = (time: number) => Math.max(0, Math.round(time - start));
  if (navigation && navigation.responseStart > 0) vitals.ttfb = since(navigation.responseStart);
  watch('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') vitals.fcp = since(entry.startTime);
  });
  watch('largest-contentful-paint', (entry) => {
    vitals.lcp = since(entry.startTime);
  });
  // The worst of windows of at most five seconds that a second of quiet ends.
  let sum = 0;
  let first = 0;
  let last = 0;
  watch('layout-shift', (entry) => {
    const { value, hadRecentInput, startTime } = entry as Shift;
    if (hadRecentInput) return;
    if (startTime - last > 1000 || startTime - first > 5000) {
      sum = 0;
      first = startTime;
    }
    last = startTime;
    sum += value;
    vitals.cls = Math.max(vitals.cls ?? 0, Math.round(sum * 1e4) / 1e4);
  });
  // The worst interaction; of every fifty one may be an outlier.
  const worst = new Map<number, number>();
  let count = 0;
  watch(
    'event',
    (entry) => {
      const id = (entry as Interaction).interactionId;
      if (!id) return;
      if (!worst.has(id)) count++;
      worst.set(id, Math.max(worst.get(id) ?? 0, entry.duration));
      const sorted = [...worst].sort((a, b) => b[1] - a[1]).slice(0, 10);
      for (const known of worst.keys()) if (!sorted.some(([kept]) => kept === known)) worst.delete(known);
      vitals.inp = Math.round(sorted[Math.min(sorted.length - 1, Math.floor(count / 50))]?.[1] ?? 0);
    },
    { durationThreshold: 16 },
  );
  return vitals;
}

function watch(type: string, see: (entry: PerformanceEntry) => void, more: object = {}): void {
  try {
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({
      type,
      buffered: true,
      ...more,
    });
  } catch {
    // This browser does not measure it.
  }
}
