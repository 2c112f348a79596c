/** Words that carry grammar, not content. */
export const functionWords: ReadonlySet<string> = words(`
a an the of in on at to for from with by as about into onto upon is are was were be been being am do does did doing done can could would should
will shall may might must i me my mine myself we us our ours you your yours yourself he him his she her hers it its they them their
this that these those there here what which who whom whose when where why how and or but if then than so because while though although
not no please tell show give list explain describe name let want need like just any some all also have has had having get got
up out off over under again too very really quite rather such own same other each both only even ever still yet already
one ones thing things someone something anyone anything everyone everything etc eg ie vs via per
`);

/** A filler more or less says the same. */
export const fillers: ReadonlySet<string> = words(
  'just really actually simply basically ever so then also very quite some currently now today my your our that there do does did properly correctly please ok possible possibly',
);

/** After these a single letter is a name: vitamin A, plan B. */
export const lettered: ReadonlySet<string> = words(
  'vitamin hepatitis type grade plan option group team class section part blood influenza schedule series tier point column row appendix exhibit letter note building terminal gate answer choice model version',
);

/** Function words of other languages written in Latin letters, without those that English has too. */
export const foreignWords: ReadonlySet<string> = words(`
el la los las un una unos unas del al que qué cual cuál cuáles cómo como cuando cuándo dónde donde por para con sin sobre es son está están ser soy mi tu su sus yo nosotros ellos pero porque muy más menos qui
le les des du une est sont être suis je tu il elle nous vous ils elles mon ma mes ton ta tes ses notre votre leur et ou où quand comment pourquoi quel quelle quels quelles avec sans dans sur pour pas ne ce cette ces qu'est-ce puis mais
der die das den dem ein eine einen einem einer eines ist sind war waren sein ich du er sie wir ihr mein dein und oder aber nicht kein keine wie wo wann warum welche welcher welches wer mit ohne für auf aus bei nach von vor zu zum zur im am über unter ich mich mir kann
il lo gli uno della dello delle dei degli di che chi cosa come quando dove perché quale quali è sono essere mio tuo suo con senza per non più meno nel nella
o os as um uma uns umas do da dos das no na nos nas em para por com sem é são ser estar meu minha seu sua eu você ele ela nós eles elas não mais menos qual quais onde quando como porque
het een de van en dat die niet zijn wordt ik je jij hij zij wij jullie mijn hoe wat waar wanneer waarom welke met zonder voor naar uit bij ook
w z na do od po jest są być ja ty on ona my wy oni jak co kto gdzie kiedy dlaczego nie się czy że oraz lub ale
och att det som är var jag du han hon vi ni inte hur vad när varför med utan för på av til og ikke jeg hvordan hvad hvor hvorfor
ve ile bir bu şu nasıl nedir neden nerede kim için değil mi mı mu mü yang dan di ke dari ini itu apa bagaimana mengapa dimana siapa adalah tidak saya
`);

/** Of these the foreign list must not make a foreign text. */
export const shared: ReadonlySet<string> = words(
  'a i me do no as on in at to is the and or that my we an for of you it are am his her die war was den on by con per sin vs la le',
);

function words(table: string): ReadonlySet<string> {
  return new Set(table.trim().split(/\s+/));
}
