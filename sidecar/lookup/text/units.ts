/** One line for each unit: its name, then whatever else it is called. */
const table = `
kilogram kilograms kilogramme kilogrammes kg kgs kilo kilos
gram grams gramme grammes gr
milligram milligrams mg mgs
microgram micrograms mcg µg ug
pound pounds lb lbs
ounce ounces oz
stone-weight stones
ton tons
tonne tonnes
carat carats karat karats
kilometer kilometers km kms
meter meters
centimeter centimeters cm cms
millimeter millimeters mm
micrometer micrometers micron microns µm
nanometer nanometers nm
mile miles
yard yards yd yds
foot feet ft
inch inches
furlong furlongs
fathom fathoms
lightyear lightyears
parsec parsecs
astronomical-unit au
acre acres
hectare hectares ha
liter liters
milliliter milliliters ml mls
centiliter centiliters cl
deciliter deciliters dl
gallon gallons gal
quart quarts
pint pints
cup cups
tablespoon tablespoons tbsp tbs
teaspoon teaspoons tsp
barrel barrels bbl
bushel bushels
celsius centigrade °c ℃
fahrenheit °f ℉
kelvin kelvins
degree degrees °
radian radians
millisecond milliseconds ms msec
microsecond microseconds µs
nanosecond nanoseconds ns
seconds sec secs
minute minutes min mins
hour hours hr hrs
day days
week weeks wk wks
fortnight fortnights
month months
quarter-year quarters
year years yr yrs
decade decades
century centuries
millennium millennia
dollar dollars usd us$ $ buck bucks
cent cents ¢
euro euros eur €
pound-sterling sterling gbp £ quid
yen jpy ¥
yuan rmb cny renminbi
rupee rupees inr ₹ rs
won krw ₩
ruble rubles rouble roubles rub ₽
franc francs chf
peso pesos mxn
krona kronor sek
krone kroner nok dkk
zloty zlotys pln
lira liras ₺
rand zar
baht thb ฿
ringgit myr
rupiah idr
dong vnd ₫
shekel shekels ils ₪
dirham dirhams aed
riyal riyals sar
dinar dinars
naira ngn ₦
shilling shillings kes
forint huf
koruna czk
hryvnia uah ₴
cad
aud
nzd
sgd
hkd
bitcoin bitcoins btc ₿
ethereum eth ether
bit bits
byte bytes
kilobit kilobits
megabit megabits
gigabit gigabits
terabit terabits
kilobyte kilobytes kb kib
megabyte megabytes mb mib
gigabyte gigabytes gb gib
terabyte terabytes tb tib
petabyte petabytes pb
mbps
gbps
kilobyte-per-second
megabyte-per-second
gigabyte-per-second
kbps
pixel pixels px
dpi
hertz hz
kilohertz khz
megahertz mhz
gigahertz ghz
volt volts
millivolt mv
ampere amperes amp amps
milliampere milliamps ma mah
watt watts
milliwatt milliwatts
kilowatt kilowatts kw
megawatt megawatts mw
kilowatt-hour kwh
ohm ohms ω
farad farads
joule joules
kilojoule kilojoules kj
calorie calories kcal kilocalories
newton newtons
pascal pascals
kilopascal kilopascals kpa
hectopascal hectopascals hpa
megapascal megapascals mpa
millipascal millipascals
psi
bar
atmosphere atmospheres atm
horsepower hp
mph
kph kmh km/h
knot knots
rpm
decibel decibels db
lumen lumens
lux
mole moles mol
percent percentage percents pct %
basis-point bps
dozen dozens
page pages
word words
sentence sentences
paragraph paragraphs
line lines
bullet bullets
slide slides
stanza stanzas
verse verses
character characters chars
`;

const units = new Map<string, string>();
for (const line of table.trim().split('\n')) {
  const [name, ...others] = line.split(' ') as [string, ...string[]];
  for (const each of [name, ...others]) units.set(each, name);
}

/** Too short or too common to be units by themselves; right after a number they are. */
const afterNumbers = new Map(
  Object.entries({
    g: 'gram',
    m: 'meter',
    l: 'liter',
    s: 'seconds',
    h: 'hour',
    d: 'day',
    y: 'year',
    w: 'watt',
    v: 'volt',
    a: 'ampere',
    c: 'celsius',
    f: 'fahrenheit',
    b: 'byte',
    t: 'tonne',
    j: 'joule',
    n: 'newton',
    pa: 'pascal',
    in: 'inch',
    mi: 'mile',
    second: 'seconds',
    stone: 'stone-weight',
    quarter: 'quarter-year',
  }),
);

/** Currencies and measures that mean something else as words. */
const onlyAfterNumbers = new Set(
  'cad aud bar au ma rs ms won word words line lines page pages character characters verse verses bit bits rand dong ha pascal mole moles hp min mins ether sec cl dl gr atm db min knot knots amp ns nm mm pb mw mv rub'.split(
    ' ',
  ),
);

/** The unit that a case-folded word names. */
export function unitOf(word: string, afterNumber: boolean): string | undefined {
  if (afterNumber) return afterNumbers.get(word) ?? units.get(word);
  const unit = units.get(word);
  return unit === undefined || onlyAfterNumbers.has(word) ? undefined : unit;
}

/** Units whose capitals count: a byte has eight bits, a megawatt a thousand million milliwatts. */
const cased = new Map([
  ['Kb', 'kilobit'],
  ['Mb', 'megabit'],
  ['Gb', 'gigabit'],
  ['Tb', 'terabit'],
  ['kBps', 'kilobyte-per-second'],
  ['KBps', 'kilobyte-per-second'],
  ['MBps', 'megabyte-per-second'],
  ['GBps', 'gigabyte-per-second'],
  ['mW', 'milliwatt'],
  ['Pa', 'pascal'],
  ['mPa', 'millipascal'],
]);

/** The unit that a word names by its capitals; undefined where they say nothing. */
export function casedUnit(text: string): string | undefined {
  return text.length <= 4 ? cased.get(text) : undefined;
}

const clock = new Map([
  ['am', 'am'],
  ['a.m', 'am'],
  ['pm', 'pm'],
  ['p.m', 'pm'],
]);

/** What stands glued to a number, as the word to compare by: 5km, 3pm, 20%. Undefined where it is part of a name: 3D, 4K. */
export function attachedUnit(text: string): string | undefined {
  const exact = casedUnit(text);
  if (exact !== undefined) return exact;
  const folded = text.toLowerCase().replace(/\.$/, '');
  if (clock.has(folded)) return clock.get(folded);
  if (folded.length === 1 && /[a-z]/.test(folded))
    return /[gmlshcf]/.test(folded) && text === folded ? folded : undefined;
  return units.has(folded) ? (folded === '%' ? 'percent' : folded) : undefined;
}
