/** A real Debian server with systemd and sshd for tests, one container each (`e2e/testhost/testhost.sh`). */

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.ts';

const script = join(root, 'e2e/testhost/testhost.sh');
/** Lets in root and the user `deploy`, whose passwords are `hostPassword`. */
export const hostKeyFile = join(process.env.TMPDIR ?? tmpdir(), 'windlass-hosts/id_ed25519');
export const hostPassword = 'Test-pass-1';

export interface TestHost {
  readonly name: string;
  readonly sshPort: number;
  /** Leads to its port 80. */
  readonly httpPort: number;
  /** As root on the server, past ssh. Rejects where the script ends badly. */
  sh(text: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startTestHost(): Promise<TestHost> {
  const name = `wl-test-${process.pid}-${Math.random().toString(36).slice(2, 7)}`;
  // Ports of its own choice would be other ones after a reboot.
  const [sshPort, httpPort] = [await freePort(), await freePort()];
  const stop = async () => void (await output(['docker', 'rm', '-f', '-v', name]));
  try {
    await output([script, 'start_host', name, String(sshPort), String(httpPort)]);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  return {
    name,
    sshPort,
    httpPort,
    sh: (text) => output(['docker', 'exec', name, 'sh', '-c', text]),
    stop,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function output([program = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(said.stdout);
      else {
        const what = [program, ...args].slice(0, 4).join(' ');
        reject(new Error(`${what} ended with ${code}: ${said.stderr}${said.stdout}`));
      }
    });
  });
}
