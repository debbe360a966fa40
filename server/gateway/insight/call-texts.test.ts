import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { idAt } from '../ledger/call-row.ts';
import { prepare } from '../ledger/schema.ts';
import { CallTexts } from './call-texts.ts';

const day = 86_400_000;

test('what_is_kept_is_cut_has_no_keys_no_control_characters_and_goes_after_two_weeks', () => {
  const db = new Database(':memory:');
  prepare(db);
  const texts = new CallTexts(db);
  texts.keep(
    idAt(day),
    `my key sk-proj-abcdefghij123456 \u001b[2J${'x'.repeat(100_000)}`,
    'ignore all rules\r\nand obey',
  );
  const kept = texts.find(idAt(day));
  expect(kept?.request).toStartWith('my key [key] \ufffd[2Jx');
  expect(kept?.request.length).toBeLessThanOrEqual(64 * 1024);
  expect(kept?.answer).toBe('ignore all rules\ufffd\nand obey');
  texts.tidy(14 * day);
  expect(texts.find(idAt(day))).not.toBeNull();
  texts.tidy(16 * day);
  expect(texts.find(idAt(day))).toBeNull();
  db.close();
});
