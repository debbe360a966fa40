/** One order with an ACME authority (RFC 8555), through `acme-client`, whose one home this is. */

import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import acme from 'acme-client';
import { acmeFault, type BadAnswer } from './fault.ts';
import type { AcmeNews, AcmeOrder } from './protocol.ts';

/** An authority that answers more than this is none. */
const maxAnswer = 1_048_576;
/** How often a pending validation is asked for, with pauses of 1 to 8 s between. */
const polls = 12;

export interface OrderPorts {
  tell(news: AcmeNews): void;
  /** Resolves once the challenge is shown; false where it cannot be. */
  show(news: Extract<AcmeNews, { kind: 'show' }>): Promise<boolean>;
  now(): number;
}

/** Ends with `issued` or `refused`, unless a challenge could not be shown: whoever could not show it knows why. */
export async function orderCertificate(order: AcmeOrder, ports: OrderPorts): Promise<void> {
  let last: BadAnswer | null = null;
  let unreached: unknown = null;
  const { axios } = acme;
  axios.defaults.timeout = order.answerMs;
  axios.defaults.maxContentLength = maxAnswer;
  if (order.trust !== '') axios.defaults.httpsAgent = new Agent({ ca: order.trust });
  // The client's own would wait and ask again; pauses are kept by the server, over restarts.
  axios.interceptors.response.clear();
  axios.interceptors.response.use(null, (error: unknown) => {
    // It has every answer come as an error.
    const answer = answerIn(error);
    if (answer === null) {
      unreached = error;
      throw error;
    }
    const bad = badAnswer(answer.status, answer.data, answer.headers['retry-after']);
    // A used nonce is no fault: the client asks again with the one that came with it (RFC 8555 section 6.5).
    if (answer.status >= 400 && !bad.type.endsWith(':badNonce')) last = bad;
    return answer;
  });
  let shown = true;
  try {
    const client = new acme.Client({
      directoryUrl: order.directory,
      accountKey: order.accountKey,
      ...(order.accountUrl === '' ? {} : { accountUrl: order.accountUrl }),
      backoffAttempts: polls,
      backoffMin: 1_000,
      backoffMax: 8_000,
    });
    if (order.accountUrl === '') {
      await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${order.email}`] });
      ports.tell({ kind: 'account', url: client.getAccountUrl() });
    }
    const key = await acme.crypto.createPrivateEcdsaKey('P-256');
    const [, request] = await acme.crypto.createCsr({ altNames: [order.host] }, key);
    const chain = await client.auto({
      csr: request,
      termsOfServiceAgreed: true,
      challengePriority: [order.challenge],
      // The authority looks for itself; what the server could see, it has looked at before.
      skipChallengeVerification: true,
      challengeCreateFn: async (authorization, challenge, value) => {
        if (challenge.type !== order.challenge) throw new Error(`no ${order.challenge} is offered`);
        shown = await ports.show({
          kind: 'show',
          challenge: order.challenge,
          token: challenge.token,
          name: `_acme-challenge.${authorization.identifier.value}`,
          value,
        });
        if (!shown) throw new Error('the challenge could not be shown');
      },
      challengeRemoveFn: async () => undefined,
    });
    // What is no certificate at all must not get further than here.
    new X509Certificate(chain);
    ports.tell({ kind: 'issued', chain, key: key.toString() });
  } catch (error) {
    if (shown) ports.tell({ kind: 'refused', fault: acmeFault(unreached ?? error, last, ports.now()) });
  }
}

interface Answer {
  status: number;
  data: unknown;
  headers: Record<string, unknown>;
}

function answerIn(error: unknown): Answer | null {
  const answer =
    typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined;
  return (answer ?? null) as Answer | null;
}

function badAnswer(status: number, body: unknown, retryAfter: unknown): BadAnswer {
  const text = (key: string): string => {
    const value = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    status,
    type: text('type'),
    detail: text('detail'),
    retryAfter: typeof retryAfter === 'string' ? retryAfter : '',
  };
}
