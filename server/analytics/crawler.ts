/** Whether a user agent is one of a program and not of a person. */

import { isbot } from 'isbot';

/** Programs that people drive browsers with, beyond what `isbot` knows by the word alone. */
const driven =
  /HeadlessChrome|PhantomJS|Electron\/.*Headless|\bPlaywright\b|\bPuppeteer\b|\bCypress\b|\bselenium\b/i;

/** No user agent at all is a program's, too. */
export function isCrawler(agent: string): boolean {
  return agent.length < 8 || isbot(agent) || driven.test(agent);
}
