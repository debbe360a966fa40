/** What a list of replays is narrowed by. */

import { Field, Select, Tick } from '../../ui/field.tsx';
import styles from './replays.module.css';

export interface Narrowed {
  /** Empty for every page. */
  path: string;
  browser: string;
  /** ms. */
  longerThan: string;
  faulty: boolean;
  rage: boolean;
}

const browsers = ['Chrome', 'Edge', 'Firefox', 'Opera', 'Safari', 'Samsung Internet'];
const lengths = [
  { value: '0', label: 'any' },
  { value: '30000', label: '30 s and more' },
  { value: '120000', label: '2 min and more' },
  { value: '600000', label: '10 min and more' },
];

/** As the server is asked. */
export function askedOf({ path, browser, longerThan, faulty, rage }: Narrowed) {
  return {
    ...(path.trim() === '' ? {} : { path: path.trim() }),
    ...(browser === '' ? {} : { browser }),
    ...(longerThan === '0' ? {} : { longerThan: Number(longerThan) }),
    ...(faulty ? { faulty } : {}),
    ...(rage ? { rage } : {}),
  };
}

export function ReplayFilters({ narrowed, onChange }: { narrowed: Narrowed; onChange(to: Narrowed): void }) {
  const set = (change: Partial<Narrowed>) => onChange({ ...narrowed, ...change });
  return (
    <search className={styles.bar}>
      <Field
        label="Page"
        mono
        value={narrowed.path}
        placeholder="/cart or /docs/*"
        onValue={(path) => set({ path })}
      />
      <Select
        label="Browser"
        value={narrowed.browser}
        options={[{ value: '', label: 'any' }, ...browsers.map((value) => ({ value, label: value }))]}
        onValue={(browser) => set({ browser })}
      />
      <Select
        label="Length"
        value={narrowed.longerThan}
        options={lengths}
        onValue={(longerThan) => set({ longerThan })}
      />
      <Tick label="With errors" checked={narrowed.faulty} onValue={(faulty) => set({ faulty })} />
      <Tick label="With rage clicks" checked={narrowed.rage} onValue={(rage) => set({ rage })} />
    </search>
  );
}
