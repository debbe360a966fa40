/** Which events are one issue: the hashes of an event, the likeliest first. Pure. */

import type { Frame } from '../event/frame.ts';
import type { ErrorEvent, Thrown } from '../event/read-event.ts';
import { stableName } from './file-name.ts';
import { type FingerprintRule, ruleFingerprint } from './fingerprint-rules.ts';
import { parameterise } from './parameterise.ts';

/** Stored with every hash, so that a better way of grouping later does not tear issues apart. */
export const mechanism = 1;

const mostFramesHashed = 60;
const longestSourceLine = 200;

/**
 * One hash or more of 32 digits; an event belongs to the issue that has any of them. A fingerprint of the event or of a
 * rule gives exactly one.
 */
export function hashesOf(event: ErrorEvent, rules: readonly FingerprintRule[] = []): string[] {
  const asked = ruleFingerprint(rules, event) ?? event.fingerprint;
  const parts = asked.filter((part) => part !== '');
  const usual = parts.length === 0 || (parts.length === 1 && isDefault(parts[0] ?? ''));
  const own = () => variantsOf(event).map((variant) => digest(variant));
  if (usual) return own();
  return [digest(['fingerprint', ...parts.map((part) => (isDefault(part) ? (own()[0] ?? '') : part))])];
}

function isDefault(part: string): boolean {
  return /^\{\{\s*default\s*\}\}$/.test(part);
}

/** By the app's own frames, and by all of them; by the words where no frame says anything. */
function variantsOf(event: ErrorEvent): string[][] {
  const thrown = event.thrown.slice(-4);
  if (thrown.length === 0) return [['message', parameterise(event.template)]];
  const variants = [
    thrown.flatMap((each) =>
      partsOf(
        each,
        each.frames.filter((frame) => frame.inApp),
        event,
      ),
    ),
    thrown.flatMap((each) => partsOf(each, each.frames, event)),
  ].map((parts, at) => [at === 0 ? 'app' : 'system', ...parts]);
  const hasOwn = thrown.some(({ frames }) => frames.some((frame) => frame.inApp));
  return hasOwn ? variants : variants.slice(1);
}

function partsOf(thrown: Thrown, frames: readonly Frame[], event: ErrorEvent): string[] {
  const keys: string[] = [];
  let says = false;
  for (const frame of frames.slice(-mostFramesHashed)) {
    const { key, sure } = keyOf(frame, event.platform);
    // Recursion of any depth is one frame.
    if (key !== '' && key !== keys.at(-1)) keys.push(key);
    says ||= sure && frame.inApp;
  }
  const type = thrown.synthetic ? '' : thrown.type;
  return says ? [type, ...keys] : [type, parameterise(thrown.value || event.template), ...keys];
}

/** `sure`: it names its place in the source, whatever the build did to it. */
function keyOf(frame: Frame, platform: string): { key: string; sure: boolean } {
  const name =
    frame.module !== '' && platform !== 'javascript' ? stableModule(frame.module) : stableName(frame.path);
  const source = frame.context.trim();
  if (source !== '' && source.length <= longestSourceLine) return { key: `${name}|${source}`, sure: true };
  const called = frame.function
    .replace(/^(?:async |new |Object\.|Module\.)+/, '')
    .replace(/\s*\[as .*\]$/, '');
  // What a minifier named is named otherwise by the next build.
  const minified = called.length <= 2 || called === '<anonymous>' || called === 'anonymous' || called === '?';
  const script = platform === 'javascript' || platform === 'node';
  if (minified && script) return { key: name, sure: false };
  return {
    key: `${name}|${called.replace(/0x[0-9a-f]+|\$\d+|\+\d+/gi, '')}`,
    sure: called !== '' && !script,
  };
}

function stableModule(module: string): string {
  return module.split(/[/:]/).map(stableName).join('/');
}

function digest(parts: readonly string[]): string {
  return new Bun.CryptoHasher('md5').update(parts.join('\u0000')).digest('hex');
}
