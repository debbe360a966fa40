/**
 * Which address is whose now. The engine gives the address of a container that ended to the next one, so each is good only
 * from a look at its container until the first sign that it may have changed hands.
 */

import type { Shortcut } from '../../../shared/proxy/backend.ts';
import type { ContainerState } from './docker.ts';
import { isReached, type OwnAddress, ownAddress } from './own-address.ts';

export interface AddressBook {
  /** `listener` hears of every change of what is known. */
  open(container: string, listener: (shortcut: Shortcut | null) => void): void;
  close(container: string): void;
  /** Call before a look; what it finds counts only where nothing happened meanwhile. */
  lookBegins(container: string): number;
  /** What a look found of a container that runs. */
  seen(container: string, look: number, found: ContainerState): Promise<void>;
  /** It ended, or left its network. */
  lost(container: string): void;
  /** Nobody tells of ends, until `over`: an address where nobody answers any more is let go of. */
  mindAlone(over: () => boolean): void;
  /** Nobody heard what happened: nobody new goes to any address before a look. */
  doubtAll(): void;
  /** Meanwhile the engine gives an address of this network away: nobody new goes to one of it before a look. */
  whileStarting<T>(network: string, start: () => Promise<T>): Promise<T>;
}

interface Page {
  network: string | null;
  address: OwnAddress | null;
  /** No sign since the last look. */
  sure: boolean;
  /** Counts what may have changed it. */
  turn: number;
  told: string;
  listener(shortcut: Shortcut | null): void;
}

/** Between two tries of addresses whose engine is away: their containers may live on, or have ended with it. */
const aloneMs = 1000;

export function createAddressBook(parts: {
  /** Looks at the container, sooner or later. */
  look(container: string): void;
  find?(found: ContainerState): OwnAddress | null;
  reaches?(address: OwnAddress): Promise<boolean>;
}): AddressBook {
  const { look, find = ownAddress, reaches = isReached } = parts;
  const pages = new Map<string, Page>();
  /** Starts under way, by network. */
  const starts = new Map<string, number>();

  const tell = (page: Page) => {
    const shortcut = page.address === null ? null : { ...page.address, open: page.sure };
    const text = JSON.stringify(shortcut);
    if (text === page.told) return;
    page.told = text;
    page.listener(shortcut);
  };
  const doubt = (page: Page) => {
    page.turn++;
    page.sure = false;
    tell(page);
  };

  return {
    open(container, listener) {
      pages.set(container, {
        network: null,
        address: null,
        sure: false,
        turn: 0,
        told: 'null',
        listener,
      });
    },
    close(container) {
      this.lost(container);
      pages.delete(container);
    },
    lookBegins: (container) => pages.get(container)?.turn ?? -1,
    async seen(container, turn, found) {
      const page = pages.get(container);
      if (page === undefined) return;
      page.network = found.HostConfig?.NetworkMode ?? null;
      const address = find(found);
      const known = page.address;
      const same = known !== null && address?.host === known.host && address.port === known.port;
      const good = address !== null && (same || (await reaches(address)));
      if (page.turn !== turn) return;
      page.address = good ? address : null;
      page.sure = !starts.has(page.network ?? '');
      tell(page);
    },
    lost(container) {
      const page = pages.get(container);
      if (page === undefined) return;
      page.address = null;
      doubt(page);
    },
    mindAlone(over) {
      if (over()) return;
      for (const [container, { address, turn }] of pages) {
        if (address === null) continue;
        void reaches(address).then((reached) => {
          if (!reached && pages.get(container)?.turn === turn) this.lost(container);
        });
      }
      setTimeout(() => this.mindAlone(over), aloneMs).unref();
    },
    doubtAll() {
      for (const page of pages.values()) doubt(page);
    },
    async whileStarting(network, start) {
      const count = (by: number) => {
        const now = (starts.get(network) ?? 0) + by;
        if (now === 0) starts.delete(network);
        else starts.set(network, now);
      };
      count(1);
      for (const page of pages.values()) if (page.network === network) doubt(page);
      try {
        return await start();
      } finally {
        count(-1);
        for (const [container, page] of pages) if (page.network === network) look(container);
      }
    },
  };
}
