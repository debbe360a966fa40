/** Where figures come from: the server, or the copy on this computer while the server cannot be reached. */

import type { FunnelAnswer, FunnelQuestion } from '../../../../shared/analytics/funnel.ts';
import type { JourneysAnswer, JourneysQuestion } from '../../../../shared/analytics/journeys.ts';
import {
  type Answer,
  type Question,
  type QuestionInput,
  question,
} from '../../../../shared/analytics/query.ts';
import type { RetentionAnswer, RetentionQuestion } from '../../../../shared/analytics/retention.ts';
import type { VitalsAnswer, VitalsQuestion } from '../../../../shared/analytics/vitals.ts';
import { type PublicError, toPublicError } from '../../../../shared/errors.ts';
import type { At } from '../../app/app-frame.tsx';
import type { ServerClient } from '../../app/server-client.ts';
import type { LocalCopy } from './local-copy.ts';

export interface Figures {
  ask(asked: QuestionInput, signal?: AbortSignal): Promise<Answer>;
  funnel(asked: FunnelQuestion, signal?: AbortSignal): Promise<FunnelAnswer>;
  journeys(asked: JourneysQuestion, signal?: AbortSignal): Promise<JourneysAnswer>;
  retention(asked: RetentionQuestion, signal?: AbortSignal): Promise<RetentionAnswer>;
  vitals(asked: VitalsQuestion, signal?: AbortSignal): Promise<VitalsAnswer>;
}

/** Said whenever an answer came: null from the server, else when the copy it came from was made. */
export type OnSource = (copiedAt: number | null) => void;

export function figuresOf(client: ServerClient, copy: LocalCopy, at: At, onSource: OnSource): Figures {
  const site = { app: at.app, environment: at.environment };
  const either = async <T>(live: () => Promise<T>, copied: () => Promise<T>): Promise<T> => {
    try {
      const answer = await live();
      onSource(null);
      return answer;
    } catch (error) {
      if (!isAway(toPublicError(error))) throw error;
      const { syncedAt } = await copy.held();
      // Without a copy the first failure is the one to tell of.
      if (syncedAt === null) throw error;
      const answer = await copied();
      onSource(syncedAt);
      return answer;
    }
  };
  return {
    ask(asked, signal) {
      const parsed: Question = question.parse(asked);
      return either(
        () => client.call('analytics.ask', { ...site, question: parsed }, signal),
        () => copy.ask<Answer>({ kind: 'figures', question: parsed }),
      );
    },
    funnel: (asked, signal) =>
      either(
        () => client.call('analytics.funnel', { ...site, question: asked }, signal),
        () => copy.ask<FunnelAnswer>({ kind: 'funnel', question: asked }),
      ),
    journeys: (asked, signal) =>
      either(
        () => client.call('analytics.journeys', { ...site, question: asked }, signal),
        () => copy.ask<JourneysAnswer>({ kind: 'journeys', question: asked }),
      ),
    retention: (asked, signal) =>
      either(
        () => client.call('analytics.retention', { ...site, question: asked }, signal),
        () => copy.ask<RetentionAnswer>({ kind: 'retention', question: asked }),
      ),
    vitals: (asked, signal) =>
      either(
        () => client.call('analytics.vitals', { ...site, question: asked }, signal),
        () => copy.ask<VitalsAnswer>({ kind: 'vitals', question: asked }),
      ),
  };
}

function isAway({ code }: PublicError): boolean {
  return code === 'unavailable' || code === 'timeout';
}
