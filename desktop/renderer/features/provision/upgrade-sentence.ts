/** What an upgrade of the server came to, in one or two sentences. Pure. */

export interface UpgradeEnd {
  from: string;
  to: string;
  outcome: 'upgraded' | 'unchanged' | 'went-back';
  way: 'handed-over' | 'restarted' | 'none';
  why: string;
}

export function upgradeSentence({ from, to, outcome, way, why }: UpgradeEnd): string {
  const noticed =
    way === 'restarted'
      ? 'The old one could not hand over, so the server was restarted; requests had to wait for it.'
      : 'It handed over while visitors were answered; no request was cut.';
  switch (outcome) {
    case 'unchanged':
      return `${to} is there already`;
    case 'upgraded':
      return `From ${from} to ${to}. ${noticed}`;
    case 'went-back':
      return `${to} did not come up${why === '' ? '' : ` (${why})`}; ${from} is back. ${
        way === 'restarted' ? noticed : 'Visitors were answered all the while.'
      }`;
  }
}
