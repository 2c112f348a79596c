import type { Rule } from './rule.ts';

/** Addresses of persons, numbers of cards, accounts and telephones. Every repetition below is bounded, so time is linear. */
export const personalData: Rule = {
  reason: 'personal-data',
  matches: (text) =>
    holdsAddress(text) ||
    (/\d/.test(text) && (holdsCard(text) || account.test(text) || holdsTelephone(text) || social.test(text))),
};

/** Looked for around each `@`: an expression that begins with "any number of letters" would try each of them. */
function holdsAddress(text: string): boolean {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (!/[\p{L}\p{N}_+.'-]/u.test(text[at - 1] ?? '') || !/[\p{L}\p{N}]/u.test(text[at + 1] ?? '')) continue;
    const after = text.slice(at + 1, at + 256);
    if (/^[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,4}\.\p{L}{2,24}/u.test(after)) return true;
  }
  return false;
}

function holdsCard(text: string): boolean {
  for (const [digits] of text.matchAll(/(?<![\p{L}\d.+])[3-6](?:[ -]?\d){12,18}(?![ .-]?\d|\p{L})/gu))
    if (hasLuhn(digits.replaceAll(/[ -]/g, ''))) return true;
  return false;
}

/** The check digit that every card has: ISO/IEC 7812-1. */
function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const counted = at % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0 && new Set(digits).size > 1;
}

/** IBAN: ISO 13616. */
const account = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/;

/** With its country, or as it is written in North America. */
function holdsTelephone(text: string): boolean {
  for (const [number] of text.matchAll(telephones)) if (number.replaceAll(/\D/g, '').length >= 9) return true;
  return false;
}

const telephones =
  /(?<![\p{L}\p{N}+.)])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,5}(?:[ .-]?\d{2,5}){1,4}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?![\p{L}\d])/gu;

/** Social security number of the United States. */
const social = /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/;
