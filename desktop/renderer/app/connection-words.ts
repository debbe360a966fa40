/** The state of the line to a server in words, and how good it is. Pure. */

import type { ConnectionState } from '../../../shared/desktop/connection.ts';

export interface Words {
  tone: 'good' | 'warn' | 'bad' | 'busy' | 'off';
  text: string;
}

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
      return state.cause === 'not-installed'
        ? { tone: 'warn', text: 'not set up yet' }
        : { tone: 'warn', text: 'control lost, apps may be up' };
    case 'unreachable':
      return {
        tone: 'bad',
        text: state.cause === 'host-key-changed' ? 'its key changed' : `unreachable: ${state.cause}`,
      };
    case 'disconnected':
      return { tone: 'off', text: 'not connected' };
  }
}
