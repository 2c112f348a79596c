import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { equal, exchanged, setOf } from './sets.ts';

/** In French or in German, in Python or in Java. */
export const language: Guard = {
  reason: 'language',
  description: 'The texts name different languages, natural or of programming.',
  refuses: (asked, stored) =>
    !equal(withoutEnglish(spoken(asked)), withoutEnglish(spoken(stored))) ||
    exchanged(programmed(asked), programmed(stored)),
};

/** What is asked in English is answered in English: saying so adds nothing. */
function withoutEnglish(languages: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...languages].filter((language) => language !== 'english'));
}

const natural = new Set(
  `english french german spanish castilian catalan basque galician italian portuguese dutch flemish polish russian ukrainian belarusian
turkish arabic hindi urdu bengali punjabi gujarati marathi tamil telugu kannada malayalam sinhala nepali persian farsi pashto kurdish
chinese mandarin cantonese taiwanese japanese korean vietnamese thai lao khmer burmese malay indonesian javanese tagalog filipino
greek hebrew yiddish swedish norwegian danish finnish icelandic estonian latvian lithuanian czech slovak slovenian croatian serbian
bosnian bulgarian macedonian albanian hungarian romanian moldovan latin swahili zulu xhosa afrikaans amharic yoruba igbo hausa somali
irish gaelic scottish welsh breton maltese armenian georgian azerbaijani kazakh uzbek mongolian tibetan sanskrit esperanto maori hawaiian samoan`.split(
    /\s+/,
  ),
);

const programming = new Set(
  `python javascript js typescript ts java kotlin scala ruby rust golang php perl swift cpp csharp c sql bash zsh powershell matlab haskell elixir
erlang clojure lua dart julia fortran cobol pascal lisp scheme prolog ocaml assembly groovy vba solidity html css sass
react angular vue svelte jquery django flask fastapi rails spring laravel express nextjs mysql postgresql sqlite mongodb redis oracle cassandra mariadb
docker kubernetes k8s terraform ansible aws azure gcp linux windows mac macos ubuntu debian fedora centos android ios iphone ipad
excel sheets pandas numpy tensorflow pytorch keras word powerpoint gmail outlook slack teams zoom chrome firefox safari edge photoshop`.split(
    /\s+/,
  ),
);

/** Names that are also words count only where a capital or a preposition shows it. */
const ambiguous = new Set(
  'c go r swift rust ruby java dart word teams zoom edge scheme spring express oracle sheets windows pascal julia excel slack assembly polish scala'.split(
    ' ',
  ),
);

const spoken = derived((reading: Reading) =>
  setOf(
    reading.words.map(({ kind, folded, text }) =>
      kind === 'word' && natural.has(folded) && (folded !== 'polish' || reading.caseless || text !== 'polish')
        ? folded
        : undefined,
    ),
  ),
);

const programmed = derived((reading: Reading) =>
  setOf(
    reading.words.map(({ kind, folded, text }, at) => {
      if (kind !== 'word' && kind !== 'code') return undefined;
      if (!programming.has(folded) && folded !== 'r' && folded !== 'go') return undefined;
      const shown =
        (/^\p{Lu}/u.test(text) && !reading.caseless && at > 0) || reading.words[at - 1]?.folded === 'in';
      return !ambiguous.has(folded) || shown ? folded : undefined;
    }),
  ),
);
