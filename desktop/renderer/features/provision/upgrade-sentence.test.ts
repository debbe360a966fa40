import { expect, test } from 'bun:test';
import { upgradeSentence } from './upgrade-sentence.ts';

const ends = { from: '1.0.0', to: '1.1.0', why: '' } as const;

test('an_upgrade_that_was_handed_over_says_that_nobody_noticed', () => {
  expect(upgradeSentence({ ...ends, outcome: 'upgraded', way: 'handed-over' })).toBe(
    'From 1.0.0 to 1.1.0. It handed over while visitors were answered; no request was cut.',
  );
});

test('a_restart_is_called_one', () => {
  const said = upgradeSentence({ ...ends, outcome: 'upgraded', way: 'restarted' });
  expect(said).toContain('the server was restarted');
  expect(said).not.toContain('no request was cut');
});

test('what_went_back_says_why_and_which_version_serves', () => {
  expect(
    upgradeSentence({ ...ends, outcome: 'went-back', way: 'handed-over', why: 'it ended at once (exit 7)' }),
  ).toStartWith('1.1.0 did not come up (it ended at once (exit 7)); 1.0.0 is back.');
});
