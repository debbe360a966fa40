/** A visitor of `hello`: asks for one path over and over, and counts which answer came how often. */

export interface Visitor {
  /** How often an answer of each name came with status 200. */
  readonly answers: ReadonlyMap<string, number>;
  /** What else came: other statuses, broken connections. */
  readonly lost: readonly string[];
  stop(): Promise<void>;
}

/** The path through the proxy as a browser would ask for it, whatever the system's resolver thinks of *.localhost. */
export async function visit(port: number, path: string): Promise<{ status: number; body: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { host: `hello.localhost:${port}` },
    signal: AbortSignal.timeout(10_000),
  });
  return { status: answer.status, body: await answer.text() };
}

/** One request after the other until stopped. An answer that `nameOf` throws at counts as lost. */
export function keepVisiting(port: number, path: string, nameOf: (body: string) => string): Visitor {
  const answers = new Map<string, number>();
  const lost: string[] = [];
  let going = true;
  const walk = async () => {
    while (going) {
      try {
        const { status, body } = await visit(port, path);
        if (status !== 200) throw new Error(`status ${status}`);
        const name = nameOf(body);
        answers.set(name, (answers.get(name) ?? 0) + 1);
      } catch (error) {
        lost.push(error instanceof Error ? error.message : String(error));
      }
      // So that the machine also has time for what is being watched.
      await Bun.sleep(2);
    }
  };
  const walked = walk();
  return {
    answers,
    lost,
    stop: async () => {
      going = false;
      await walked;
    },
  };
}
