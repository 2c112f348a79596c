const pairs = `
colour color|colours colors|favourite favorite|favourites favorites|favour favor|flavour flavor|flavours flavors
behaviour behavior|behaviours behaviors|neighbour neighbor|neighbours neighbors|labour labor|honour honor|humour humor
rumour rumor|harbour harbor|vapour vapor|armour armor|tumour tumor|odour odor|saviour savior|centre center|centres centers
theatre theater|metre meter|metres meters|litre liter|litres liters|kilometre kilometer|kilometres kilometers
centimetre centimeter|centimetres centimeters|millimetre millimeter|millimetres millimeters|fibre fiber
defence defense|offence offense|licence license|grey gray|mould mold|tyre tire|tyres tires|aluminium aluminum
jewellery jewelry|catalogue catalog|dialogue dialog|programme program|programmes programs|cheque check|cheques checks
pyjamas pajamas|sceptical skeptical|artefact artifact|ageing aging|cancelled canceled|cancelling canceling
travelled traveled|travelling traveling|traveller traveler|labelled labeled|modelling modeling|fulfil fulfill
enrol enroll|skilful skillful|learnt learned|analyse analyze|analysed analyzed|paralyse paralyze
organise organize|organised organized|organising organizing|organisation organization|organisations organizations
recognise recognize|realise realize|apologise apologize|optimise optimize|optimising optimizing|optimisation optimization
minimise minimize|maximise maximize|summarise summarize|customise customize|authorise authorize|authorisation authorization
initialise initialize|serialise serialize|synchronise synchronize|visualise visualize|normalise normalize|memorise memorize
prioritise prioritize|categorise categorize|criticise criticize|emphasise emphasize|specialise specialize|utilise utilize
mum mom|e-mail email|wi-fi wifi|okay ok|ya you|u you|ur your|pls please|plz please|thx thanks|ty thanks
`;

const american = new Map(
  pairs
    .trim()
    .split(/[|\n]/)
    .map((pair) => pair.split(' ') as [string, string]),
);

/** Pronouns and verbs that in capitals are names. Where the whole text is in capitals this cannot be seen. */
const shouted = new Map([
  ['US', 'usa'],
  ['IT', 'IT'],
  ['WHO', 'WHO'],
  ['AIDS', 'AIDS'],
]);

/** One spelling for one word. */
export function spelling(folded: string, text: string): string {
  return (text.length <= 4 && shouted.get(text)) || (american.get(folded) ?? folded);
}
