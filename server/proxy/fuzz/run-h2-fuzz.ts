/** Sends mutated conversations of HTTP/2 through a data path and has a witness read what reached the app. */

import type { TLSSocket } from 'node:tls';
import type { Endpoint } from '../../kernel/endpoint.ts';
import { answering, ok, startApp } from '../rig.ts';
import { secured, startTlsRig, type TlsRig } from '../tls/tls-rig.ts';
import { patienceMs } from './aftermath.ts';
import { pickConversation } from './h2-corpus.ts';
import { type Frame, flags, frame, frameBytes, frameTypes, preface } from './h2-frames.ts';
import { inBatches } from './in-batches.ts';
import { mutateFrames } from './mutate-frames.ts';
import { type Random, seeded } from './random.ts';

export interface H2FuzzReport {
  readonly mutations: number;
  /** Requests that reached the app, as the witness counts them. */
  readonly forwarded: number;
  /** Kinds of frames that visitors got, with how often. */
  readonly frames: ReadonlyMap<number, number>;
  /** What must never happen; empty where all is well. */
  readonly faults: readonly string[];
}

/** Long enough for whatever is answered at once; then the client says that it has no more to send. */
const answerMs = 40;

export async function runH2Fuzz(options: { mutations: number; seed: number }): Promise<H2FuzzReport> {
  const random = seeded(options.seed);
  const app = startApp('a', answering(ok('hi')));
  const echo: Endpoint = { name: 'echo', maxBody: 1000, answer: ({ body }) => ({ status: 200, body }) };
  const limits = { bodyIdleMs: 200, headMs: 200, responseMs: 200, idleMs: 200 };
  const rig = startTlsRig({ targets: [app.target], limits, endpoints: [echo] });
  const faults: string[] = [];
  const frames = new Map<number, number>();
  const forwarded = await inBatches({
    mutations: options.mutations,
    atOnce: 250,
    app,
    rigs: [rig],
    faults,
    visit() {
      const sent = mutateFrames(pickConversation(random), pickConversation(random), random);
      return visit(rig, sent, random, faults);
    },
    seen: (bytes) => count(bytes, frames),
  });
  return { mutations: options.mutations, forwarded, frames, faults };
}

/** Returns what came back. */
async function visit(
  { securePort }: TlsRig,
  sent: readonly Frame[],
  random: Random,
  faults: string[],
): Promise<Buffer> {
  const socket = await secured(securePort, { ALPNProtocols: ['h2'] });
  const got: Buffer[] = [];
  // The server's settings, which come once what was sent is read.
  const heard = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.on('data', (bytes: Buffer) => got.push(bytes));
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const bytes = Buffer.concat([
    preface,
    frameBytes(frame(frameTypes.settings, 0, 0)),
    ...sent.map(frameBytes),
  ]);
  const half = random(4) === 0 ? random(bytes.length) : bytes.length;
  socket.write(bytes.subarray(0, half));
  if (half < bytes.length) {
    await Bun.sleep(0);
    socket.write(bytes.subarray(half));
  }
  await Promise.race([gone, heard.then(() => Bun.sleep(answerMs)), Bun.sleep(patienceMs)]);
  socket.end();
  await Promise.race([gone, Bun.sleep(patienceMs)]);
  if (!socket.closed) leftOpen(socket, sent, faults);
  return Buffer.concat(got);
}

function leftOpen(socket: TLSSocket, sent: readonly Frame[], faults: string[]): void {
  const text = sent.map(
    (each) => `${each.type}/${each.flags}/${each.stream} ${each.payload.toString('latin1')}`,
  );
  faults.push(`a connection was left open after ${JSON.stringify(text.join(' | ').slice(0, 300))}`);
  socket.destroy();
}

/** Frames of an answer by kind; an acknowledgement of settings is none. */
function count(bytes: Buffer, frames: Map<number, number>): void {
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    const type = bytes.readUInt8(at + 3);
    if (type === frameTypes.settings && bytes.readUInt8(at + 4) === flags.acknowledged) continue;
    frames.set(type, (frames.get(type) ?? 0) + 1);
  }
}
