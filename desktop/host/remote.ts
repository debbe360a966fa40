/** Fixed scripts on a server: sent over stdin, with arguments quoted in one place, as the user or as root. */

import type { Readable } from 'node:stream';
import { WindlassError } from '../../shared/errors.ts';
import { commandLine } from './command-line.ts';
import type { RemoteProcess, SshLine } from './ssh.ts';

/**
 * How the person becomes root there. The password is sent over stdin each time and kept by nobody there: without a
 * terminal sudo remembers nothing from one call to the next.
 */
export type Elevation =
  | { kind: 'root' }
  | { kind: 'sudo' }
  | { kind: 'sudo-password'; password: string }
  | { kind: 'none' };

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Each throws `unavailable` where the line is cut before the command's end. */
export interface Remote {
  /** Runs `script` by `sh -s -- args` as the ssh user. */
  run(script: string, args?: readonly string[]): Promise<Ran>;
  /** The same as root; throws `forbidden` where the person cannot become root. */
  runAsRoot(script: string, args?: readonly string[], onLine?: (text: string) => void): Promise<Ran>;
  /** Runs `sh -c script sh args` as the ssh user with `input` on its stdin. */
  feed(script: string, args: readonly string[], input: Readable): Promise<Ran>;
}

/** Most text kept of one command, characters. */
const mostText = 1_000_000;
const ready = 'windlass-is-root';

export function createRemote(line: SshLine, elevation: () => Elevation): Remote {
  const plain = async (argv: readonly string[], script: string, onLine?: (text: string) => void) => {
    const child = await line.exec(commandLine(argv));
    const ran = gather(child, onLine);
    child.stream.end(complete(script));
    return ran;
  };
  return {
    run: (script, args = []) => plain(['sh', '-s', '--', ...args], script),
    async runAsRoot(script, args = [], onLine) {
      const as = elevation();
      switch (as.kind) {
        case 'root':
          return plain(['sh', '-s', '--', ...args], script, onLine);
        case 'sudo':
          return plain(['sudo', '-n', '--', 'sh', '-s', '--', ...args], script, onLine);
        case 'sudo-password':
          return withPassword(line, as.password, script, args, onLine);
        case 'none':
          throw notRoot();
      }
    },
    async feed(script, args, input) {
      const child = await line.exec(commandLine(['sh', '-c', script, 'sh', ...args]));
      const ran = gather(child);
      input.on('error', () => child.stream.destroy());
      input.pipe(child.stream);
      return ran.finally(() => input.destroy());
    },
  };
}

/** How this user becomes root, found without asking the person: `sudo-password` comes back without one. */
export async function findElevation(line: SshLine): Promise<'root' | 'sudo' | 'sudo-password' | 'none'> {
  const { out } = await createRemote(line, () => ({ kind: 'none' })).run(elevationScript);
  switch (out.trim()) {
    case 'root':
      return 'root';
    case 'sudo':
      return 'sudo';
    case 'password':
      return 'sudo-password';
    default:
      return 'none';
  }
}

const elevationScript = `
if [ "$(id -u)" = 0 ]; then echo root
elif ! command -v sudo >/dev/null 2>&1; then echo none
elif sudo -k -n true 2>/dev/null; then echo sudo
else
  # The rule for \`windlass ctl\` alone lets sudo list without a password; only a rule for everything makes root.
  if listed=$(LC_ALL=C sudo -k -n -l 2>&1); then everything='*ALL) ALL*'; else everything='*password*'; fi
  case "$listed" in $everything) echo password;; *) echo none;; esac
fi
`;

/**
 * `-k`: never from a remembered password, so that the line with it is always read by sudo and never by the shell.
 * The script follows only after the shell said that it is root, for sudo would take its lines for more passwords.
 */
async function withPassword(
  line: SshLine,
  password: string,
  script: string,
  args: readonly string[],
  onLine?: (text: string) => void,
): Promise<Ran> {
  if (/[\r\n\0]/.test(password)) throw wrongPassword();
  const inner = `echo ${ready}; exec sh -s -- "$@"`;
  const child = await line.exec(
    commandLine(['env', 'LC_ALL=C', 'sudo', '-k', '-S', '-p', '', '--', 'sh', '-c', inner, 'sh', ...args]),
  );
  let isRoot = false;
  const seen = (text: string) => {
    if (!isRoot && text === ready) {
      isRoot = true;
      child.stream.end(complete(script));
    } else onLine?.(text);
  };
  const refused = (text: string) => {
    // "Sorry, try again.", in whatever language: anything said before the shell runs ends the asking.
    if (!isRoot && text.trim() !== '') child.stream.end();
  };
  const ran = gather(child, seen, refused);
  child.stream.write(`${password}\n`);
  const { code, out, err } = await ran;
  if (!isRoot) throw /not in the sudoers|not allowed/.test(err) ? notRoot() : wrongPassword();
  return { code, out: out.replace(`${ready}\n`, ''), err };
}

/**
 * Nothing of a script runs before all of it has arrived, and what runs goes on to its end when the line is cut: there
 * is no half of a step.
 */
function complete(script: string): string {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return `main() {\ntrap '' HUP PIPE\numask 022\nexport LC_ALL=C PATH=${path}\n${script}\n}\nmain "$@"\nexit $?\n`;
}

function wrongPassword(): WindlassError {
  return new WindlassError('forbidden', 'the server did not take the password for sudo', {
    hint: 'Enter the password of this user on the server.',
  });
}

function notRoot(): WindlassError {
  return new WindlassError('forbidden', 'this user cannot become root on the server', {
    hint: 'Connect as root, or give the user the right to use sudo.',
  });
}

async function gather(
  child: RemoteProcess,
  onLine?: (text: string) => void,
  onErrorText?: (text: string) => void,
): Promise<Ran> {
  let out = '';
  let err = '';
  let rest = '';
  const decoders = [new TextDecoder(), new TextDecoder()] as const;
  child.stream.on('data', (chunk: Buffer) => {
    const text = decoders[0].decode(chunk, { stream: true });
    if (out.length < mostText) out += text;
    if (onLine === undefined) return;
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-10_000);
    for (const each of lines) onLine(each);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    const text = decoders[1].decode(chunk, { stream: true });
    if (err.length < mostText) err += text;
    onErrorText?.(text);
  });
  const { code } = await child.exited;
  // What it said so far proves nothing: neither that it did its work, nor that it could not.
  if (code === null) {
    throw new WindlassError('unavailable', 'the line to the server was cut', {
      hint: 'Run it again once the server is reached.',
    });
  }
  if (rest !== '') onLine?.(rest);
  return { code, out, err };
}
