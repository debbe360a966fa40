/** What changed with the newest release: as long after it went live as before. */

import type { Filter, Metric } from '../../../../shared/analytics/query.ts';
import type { Deployment } from '../../../../shared/deployer/model.ts';
import { span } from '../../app/amounts.ts';
import { useAsked } from '../../app/asked.ts';
import { Section, Table } from '../../ui/page.tsx';
import type { Figures } from './figures.ts';
import { changeText, metricLabels, metricText } from './metric-words.ts';

const metrics: Metric[] = ['visitors', 'pageviews', 'bounce_rate', 'visit_duration', 'views_per_visit'];
/** Less says nothing, more is no longer about the release. */
const leastMs = 10 * 60_000;
const mostMs = 7 * 86_400_000;

export function ReleaseChange({
  figures,
  live,
  filters,
  now,
}: {
  figures: Figures;
  live: Deployment;
  filters: readonly Filter[];
  now: number;
}) {
  const at = live.finishedAt ?? now;
  const long = Math.min(mostMs, now - at);
  const enough = long >= leastMs;
  const about = `${live.id} ${JSON.stringify(filters)}`;
  const { value } = useAsked(`release ${about}`, async (signal) => {
    if (!enough) return null;
    const ranges = { after: { from: at, to: at + long }, before: { from: at - long, to: at } };
    const [figuresOfBoth, speedAfter, speedBefore] = await Promise.all([
      figures.ask({ range: ranges.after, compare: ranges.before, metrics, filters: [...filters] }, signal),
      figures.vitals({ range: ranges.after, filters: [...filters], by: 'release', limit: 1 }, signal),
      figures.vitals({ range: ranges.before, filters: [...filters], by: 'release', limit: 1 }, signal),
    ]);
    return { ...figuresOfBoth, speedAfter: speedAfter.total, speedBefore: speedBefore.total };
  });
  if (value === null) return null;
  const { values, before } = value.total;
  const speed = (['lcp', 'inp', 'cls'] as const).map((name) => {
    const text = (found: { p75: number } | null) =>
      found === null ? '–' : name === 'cls' ? found.p75.toFixed(2) : `${Math.round(found.p75)} ms`;
    const [was, is] = [value.speedBefore[name], value.speedAfter[name]];
    return [name.toUpperCase(), text(was), text(is), changeText(is?.p75, was?.p75)];
  });
  return (
    <Section
      title={`Since release ${live.release}`}
      aside={<small>{span(long)} after, against as long before</small>}
    >
      <Table label="What changed with the release" heads={['Figure', 'Before', 'After', 'Change']}>
        {[
          ...metrics.map((metric, index) => [
            metricLabels[metric],
            metricText(metric, before?.[index]),
            metricText(metric, values[index]),
            changeText(values[index], before?.[index]),
          ]),
          ...speed,
        ].map((cells) => (
          <tr key={cells[0]}>
            {cells.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: four columns that never move.
              <td key={index}>{cell}</td>
            ))}
          </tr>
        ))}
      </Table>
    </Section>
  );
}
