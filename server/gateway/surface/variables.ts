/** What an instance finds in its environment, so that the official SDKs call the gateway with no change of code. */

import type { InstanceIdentity } from '../../kernel/feature.ts';
import { machineHost } from '../../kernel/machine-host.ts';

/** Nothing where the app has no key. The address says which release asks. */
export function gatewayVariables(
  { app, environment, release, inContainer }: InstanceIdentity,
  port: number,
  secretFor: () => string | null,
): Record<string, string> {
  if (port === 0) return {};
  const secret = secretFor();
  if (secret === null) return {};
  const host = inContainer ? machineHost : '127.0.0.1';
  const base = `http://${host}:${port}/apps/${app}/${environment}/${release}`;
  return {
    OPENAI_BASE_URL: `${base}/v1`,
    OPENAI_API_KEY: secret,
    ANTHROPIC_BASE_URL: base,
    ANTHROPIC_API_KEY: secret,
    GOOGLE_GEMINI_BASE_URL: base,
    GEMINI_API_KEY: secret,
  };
}
