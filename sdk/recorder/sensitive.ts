/** What is never recorded, whatever a page's owner unmasks: passwords, codes, and numbers of cards. */

const names =
  /pass(?:word|wd|phrase|code)|card|\bcc|cvc|cvv|csc\b|iban|ssn|\bpin\b|otp|one.?time|secret|token/i;
const fills = /(?:^|\s)(?:cc-|(?:current|new)-password|one-time-code)/i;

/** A field for a secret, by its type (also by one it had), its `autocomplete`, or what it is called. */
export function isSensitive(field: Element): boolean {
  const said = (name: string) => field.getAttribute(name) ?? '';
  return (
    said('type').toLowerCase() === 'password' ||
    field.hasAttribute('data-rr-is-password') ||
    fills.test(said('autocomplete')) ||
    ['name', 'id', 'placeholder', 'aria-label'].some((name) => names.test(said(name)))
  );
}

/** Digits that could be of a card: 13 to 19, whose check digit is right (ISO/IEC 7812-1, annex B). */
const digits = /\d(?:[ -]?\d){12,18}/g;

/** The text with such numbers as stars. */
export function withoutCards(text: string): string {
  return text.replace(digits, (found) => (passesLuhn(found.replace(/\D/g, '')) ? stars(found) : found));
}

export function stars(text: string): string {
  return text.replace(/\S/g, '*');
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place++) {
    const digit = Number(number[number.length - 1 - place]);
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
