/** Where an address is, from a database file of the person's choice that is mapped into memory and never leaves the machine. */

import { Reader, type Response } from 'mmdb-lib';

export interface Place {
  /** ISO 3166-1, two letters. */
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
}

export interface Places {
  of(address: string): Place;
}

/** Both layouts there are: those of MaxMind and DB-IP, and the flat one of ip-location-db. */
type Found = Response & {
  country?: { iso_code?: string };
  subdivisions?: { names?: { en?: string } }[];
  city?: { names?: { en?: string } } | string;
  country_code?: string;
  state1?: string;
};

export interface PlacesFile {
  readonly places: Places;
  /** What the database calls itself, and when it was built (ms). */
  readonly name: string;
  readonly built: number;
}

/** Throws where the file is none. Pages of it are read as they are looked at. */
export function openPlaces(path: string): PlacesFile {
  const mapped = Bun.mmap(path, { shared: true });
  const reader = new Reader<Found>(Buffer.from(mapped.buffer, mapped.byteOffset, mapped.byteLength));
  const { databaseType, buildEpoch } = reader.metadata;
  return {
    name: databaseType,
    built: Number(buildEpoch),
    places: {
      of(address) {
        const found = safely(() => reader.get(address));
        if (found === null) return {};
        const country = found.country?.iso_code ?? found.country_code ?? '';
        const region = found.subdivisions?.[0]?.names?.en ?? found.state1 ?? '';
        const city = typeof found.city === 'string' ? found.city : (found.city?.names?.en ?? '');
        return {
          ...(/^[A-Z]{2}$/.test(country) ? { country } : {}),
          ...(region === '' ? {} : { region: region.slice(0, 100) }),
          ...(city === '' ? {} : { city: city.slice(0, 100) }),
        };
      },
    },
  };
}

function safely<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    // No address, or a damaged record: the place is not known.
    return null;
  }
}
