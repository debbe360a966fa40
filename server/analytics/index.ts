/** Web analytics as a feature: events from browsers into journals, journals into days, days into figures. */

import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Asker } from './asker.ts';
import { servedCounting } from './count-served.ts';
import { analyticsEndpoints } from './endpoints.ts';
import { analyticsHandlers } from './handlers.ts';
import { scriptInjection } from './inject.ts';
import type { Intake } from './intake.ts';
import { datacentresPath } from './keep-datacentres.ts';
import { placesPath } from './keep-places.ts';
import { analyticsMigrations } from './schema.ts';
import { SettingsStore } from './settings-store.ts';

export { analyticsMigrations as migrations } from './schema.ts';

/** The parts of the kernel analytics needs. */
export type AnalyticsKernel = Pick<Kernel, 'clock' | 'log' | 'store' | 'paths'>;

const tidyEveryMs = 3_600_000;

export interface Analytics {
  readonly feature: Feature;
  /** Whether pages of `<app>/<environment>` are given the script. */
  readonly givesScript: (service: string) => boolean;
}

/** `scriptPart`: what others have to say in the script of `<app>/<environment>`; empty for nothing. */
export function createAnalytics(
  kernel: AnalyticsKernel,
  scriptPart: (service: string) => Promise<string> = async () => '',
): Analytics {
  const { clock } = kernel;
  const root = kernel.paths.analytics;
  const log = kernel.log.child('analytics');
  const settings = new SettingsStore(kernel.store);
  // What is heavy is loaded by the first who needs it.
  let intake: Promise<Intake> | null = null;
  let asker: Promise<Asker> | null = null;
  const places = () => placesPath(root);
  const datacentres = () => datacentresPath(root);
  const getIntake = () => {
    intake ??= import('./intake.ts').then(
      ({ Intake }) => new Intake({ root, clock, log, places, datacentres }),
    );
    return intake;
  };
  const getAsker = () => {
    asker ??= import('./asker.ts').then(({ Asker }) => new Asker({ clock, log }));
    return asker;
  };
  const tidy = async () => {
    const { tidyUp } = await import('./tidy.ts');
    await tidyUp({ root, now: clock.now(), settings, asker: getAsker });
  };
  let timer: Timer | undefined;

  const feature: Feature = {
    name: 'analytics',
    migrations: analyticsMigrations,
    endpoints: analyticsEndpoints({
      now: clock.now,
      intake: getIntake,
      settings,
      script: async (service) => (await import('./script-file.ts')).scriptFile(await scriptPart(service)),
    }),
    answerFilters: [
      scriptInjection(settings),
      servedCounting({ now: clock.now, intake: getIntake, settings }),
    ],
    contract: async () => (await import('../../shared/analytics/contract.ts')).analyticsContract,
    handlers: analyticsHandlers({
      root,
      now: clock.now,
      settings,
      store: kernel.store,
      asker: getAsker,
      places,
      datacentres,
      placesChanged: () => void intake?.then((mine) => mine.placesChanged()),
      datacentresChanged: () => void intake?.then((mine) => mine.datacentresChanged()),
    }),
    async start() {
      const tidyLogged = () =>
        tidy().catch((error: unknown) => log.warn('old days cannot be tidied', { error }));
      timer = setInterval(() => void tidyLogged(), tidyEveryMs);
      void tidyLogged();
    },
    async stop() {
      clearInterval(timer);
      await (await intake)?.close();
      (await asker)?.close();
    },
  };
  return { feature, givesScript: (service) => settings.of(service).inject };
}
