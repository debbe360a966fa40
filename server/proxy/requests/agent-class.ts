/** What kind of program a User-Agent field names, roughly: enough to tell people from machines in a list. */

import type { AgentClass } from '../../../shared/proxy/requests-contract.ts';

const bots =
  /bot\b|bot[/;)]|crawl|spider|slurp|fetcher|preview|monitor|uptime|scan|facebookexternalhit|headless|lighthouse|feed/i;
const tools =
  /^(?:curl|wget|python|go-http|java|node|undici|bun|deno|axios|okhttp|ruby|php|perl|libwww|httpie|postman|insomnia|apache-httpclient|guzzle|dart|rust|reqwest|wrk|ab|k6|hey|windlass)/i;

export function agentClassOf(userAgent: string): AgentClass {
  if (userAgent === '') return 'none';
  if (tools.test(userAgent)) return 'tool';
  if (bots.test(userAgent)) return 'bot';
  if (!userAgent.startsWith('Mozilla/') && !userAgent.startsWith('Opera/')) return 'other';
  return /Mobile|Android|iPhone|iPad/.test(userAgent) ? 'mobile' : 'browser';
}
