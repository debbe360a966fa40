/**
 * The change from one server process to the next on the same ports. The old one answers visitors until the new one does,
 * and if that never comes, the program before it is started in the same way.
 */

/** What a successor is told. */
export interface TakeOver {
  readonly http: number;
  readonly https: number | null;
  /** Which upgrade this is, and what it is if this process comes up. */
  readonly upgrade: string;
  readonly state: 'upgraded' | 'went-back';
  readonly message: string;
}

export interface Successor {
  readonly pid: number;
  /** Resolves to what ended it. */
  readonly ended: Promise<string>;
  kill(): void;
}

export interface HandOverPorts {
  /** Stops everything but answering visitors, and gives the data folder to whoever comes. */
  letGo(): Promise<void>;
  /** Copies control.db; the function it returns puts the copy in its place again. */
  keepState(): () => void;
  start(orders: Pick<TakeOver, 'state' | 'message'>): Successor;
  /** Whether the process answers as the server. */
  serves(pid: number): Promise<boolean>;
  /** Tells the service manager whom to watch. */
  announce(pid: number): Promise<void>;
  /** Puts the program before this upgrade in its place again. */
  goBack(): void;
  /** Accepts no more, lets visitors finish, closes. */
  leave(): Promise<void>;
  say(message: string, fields: Record<string, unknown>): void;
}

const comeUpMs = 60_000;
const lookMs = 100;

/** Resolves once this process has nothing left to do; rejects where neither program comes up. */
export async function handOver(ports: HandOverPorts): Promise<void> {
  await ports.letGo();
  const restore = ports.keepState();
  const first = ports.start({ state: 'upgraded', message: '' });
  let fault = await comesUp(first, ports);
  let next = first;
  if (fault !== null) {
    ports.say('the new program did not come up; going back', { why: fault });
    first.kill();
    await first.ended;
    ports.goBack();
    restore();
    next = ports.start({ state: 'went-back', message: fault });
    fault = await comesUp(next, ports);
    if (fault !== null) throw new Error(`neither the new nor the old program comes up: ${fault}`);
  }
  await ports.announce(next.pid);
  ports.say('a successor serves', { pid: next.pid });
  await ports.leave();
}

/** Null once it serves, else why it does not. */
async function comesUp(successor: Successor, { serves }: HandOverPorts): Promise<string | null> {
  let ended: string | null = null as string | null;
  void successor.ended.then((how) => {
    ended = how;
  });
  const until = performance.now() + comeUpMs;
  while (performance.now() < until) {
    if (ended !== null) return `it ended at once (${ended})`;
    if (await serves(successor.pid)) return null;
    await Bun.sleep(lookMs);
  }
  return `it did not answer within ${comeUpMs / 1000} s`;
}
