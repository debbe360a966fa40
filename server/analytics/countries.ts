/** Which country an address is in, for other features: by the database of places, where there is one. */

import { statSync } from 'node:fs';
import { placesPath } from './keep-places.ts';

export type CountryOf = (address: string) => string | null;

/** Each call answers from the file that is there then; it is opened at the first, and again when it is another one. */
export function countriesIn(root: string): () => Promise<CountryOf> {
  let opened: { stamp: string; countryOf: CountryOf } | null = null;
  return async () => {
    const path = placesPath(root);
    if (path === null) return () => null;
    const { ino, mtimeMs } = statSync(path);
    const stamp = `${ino} ${mtimeMs}`;
    if (opened?.stamp === stamp) return opened.countryOf;
    const { openPlaces } = await import('./places.ts');
    const { places } = openPlaces(path);
    const countryOf: CountryOf = (address) => places.of(address).country ?? null;
    opened = { stamp, countryOf };
    return countryOf;
  };
}
