/** Invisible characters that carry no meaning: soft hyphen, zero-width space and joiners' kin, byte order mark. */
const invisible = /[\u00ad\u200b\u2060\ufeff]/gu;

const superscripts = /[\u00b2\u00b3\u00b9\u2070\u2071\u2074-\u207f]+/gu;

/** NFKC with straight quotes and hyphens, so that the same text typed elsewhere is the same text. */
export function normalise(text: string): string {
  if (!beyondAscii.test(text)) return text;
  return text
    .replace(superscripts, raised)
    .replace(/(?<=\p{L})\u2033/gu, "''")
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(/[\u2018\u2019\u201b\u2032\u00b4\u02bc]/gu, "'")
    .replace(/[\u201c-\u201f\u2033\u00ab\u00bb]/gu, '"')
    .replace(/[\u2010-\u2012\u2212]|\u2013(?=\s?\p{Nd})/gu, '-');
}

/** Only there is anything to do. */
const beyondAscii = /[^\0-\x7f]/;

/** NFKC would make 106 of 10⁶. A charge is no power: Ca²⁺ is written Ca2+ too. */
function raised(run: string): string {
  return /[\u207a\u207b]$/.test(run) ? run : `^${run}`;
}
