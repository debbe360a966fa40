/** What a time is called under a chart, and where it stands alone. Pure but for this computer's zone. */

const dayMs = 86_400_000;

/** `spanMs` is how much time the chart shows: hours are named up to a day of it. */
export function timeLabel(at: number, how: 'axis' | 'full', spanMs: number): string {
  const date = new Date(at);
  if (how === 'full')
    return date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
  return spanMs <= dayMs
    ? date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    : date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
}
