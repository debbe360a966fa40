import { describe, expect, test } from 'bun:test';
import { outcomeOf } from './hand-over.ts';

const outcome = (state: string) =>
  JSON.stringify({ state, from: '1.0.0', to: '1.1.0', message: state === 'went-back' ? 'it ended' : '' });
const refusal = (code: string) =>
  JSON.stringify({ error: { code, message: 'that file is no windlass', hint: 'Take another.' } });

describe('what a server says of an upgrade', () => {
  test('a_file_from_before_the_verb_cannot_hand_over', () => {
    expect(outcomeOf(`2\n${refusal('usage')}\n`)).toEqual({ kind: 'cannot' });
    expect(outcomeOf('2\n')).toEqual({ kind: 'cannot' });
  });

  test.each(['unavailable', 'not-found'])('no_server_that_knows_the_method_is_no_refusal: %s', (code) => {
    expect(outcomeOf(`1\n${refusal(code)}\n`)).toEqual({ kind: 'cannot' });
  });

  test('a_file_the_server_turns_down_is_never_put_in_place_by_a_restart', () => {
    expect(outcomeOf(`1\n${refusal('invalid')}\n`)).toEqual({
      kind: 'refused',
      message: 'that file is no windlass',
      hint: 'Take another.',
    });
    expect(outcomeOf(`1\n${refusal('conflict')}\n`)).toMatchObject({ kind: 'refused' });
  });

  test('upgraded_and_went_back_are_taken_from_its_own_words', () => {
    expect(outcomeOf(`0\n${outcome('upgraded')}\n`)).toEqual({ kind: 'upgraded' });
    expect(outcomeOf(`1\n${outcome('went-back')}\n`)).toEqual({ kind: 'went-back', why: 'it ended' });
  });

  test.each(['', '137\n', '1\nsegmentation fault', `1\n${outcome('under-way')}`])(
    'anything_else_is_neither_success_nor_a_reason_to_restart: %j',
    (said) => {
      expect(outcomeOf(said)).toMatchObject({ kind: 'refused' });
    },
  );
});
