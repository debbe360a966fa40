/** The state of the line to a server in words, and how good it is. Pure. */

import type { ConnectionState, ControlCause } from '../../../shared/desktop/connection.ts';

export interface Words {
  tone: 'good' | 'warn' | 'bad' | 'busy' | 'off';
  text: string;
}

const lostWords: Readonly<Record<ControlCause, string>> = {
  'not-installed': 'not set up yet',
  stopped: 'does not run',
  forbidden: 'control refused, apps may be up',
  'no-answer': 'control lost, apps may be up',
};

export function connectionWords(state: ConnectionState): Words {
  switch (state.kind) {
    case 'connected':
      return { tone: 'good', text: 'connected' };
    case 'connecting':
      return {
        tone: 'busy',
        text: state.attempt > 1 ? `connecting, attempt ${state.attempt}` : 'connecting',
      };
    case 'awaiting-fingerprint':
      return { tone: 'warn', text: 'compare its fingerprint' };
    case 'awaiting-secret':
      return { tone: 'warn', text: state.wrong ? 'that was not right' : 'asks who you are' };
    case 'control-lost':
      return { tone: 'warn', text: lostWords[state.cause] };
    case 'unreachable':
      return {
        tone: 'bad',
        text: state.cause === 'host-key-changed' ? 'its key changed' : `unreachable: ${state.cause}`,
      };
    case 'disconnected':
      return { tone: 'off', text: 'not connected' };
  }
}
