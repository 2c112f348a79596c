/** One line for each thing: how it is compared, then what else it is called. Number words are digits by then. */
const table = `
usa = us of a | united states | united states of america
uk = united kingdom | great britain
eu = european union
un = united nations
uae = united arab emirates
nyc = new york city | new york
new-york = new york state | state of new york
la = los angeles
dc = washington dc
js = javascript
ts = typescript
py = python
k8s = kubernetes
postgresql = postgres
golang = go language
csharp = c# | c sharp
cpp = c++ | cplusplus
ml = machine learning
ai = artificial intelligence
nlp = natural language processing
llm = large language model | llms | large language models
without = with no | with zero
aws = amazon web services
gcp = google cloud platform | google cloud
db = database
os = operating system
app = application | apps | applications
tv = television
phone = telephone | cellphone | cell phone | mobile phone | smartphone | phones | telephones
photo = photograph | photos | photographs
ceo = chief executive officer | chief executive
cfo = chief financial officer
hr = human resources
pto = paid time off
gdp = gross domestic product
id = identification
info = information
2fa = 2 factor authentication | two factor authentication | 2 factor auth | 2 step verification
login = log in | sign in | log on | sign on | logging in | signing in
logout = log out | sign out | log off | sign off | logging out | signing out
signup = sign up | signing up
checkin = check in | checking in
checkout = check out | checking out
faq = frequently asked questions
diy = do it yourself
asap = as soon as possible
ww1 = world war 1 | world war i | wwi | 1st world war
ww2 = world war 2 | world war ii | wwii | 2nd world war
covid = covid-19 | covid19 | coronavirus
`;

/** Phrases by their first word; each is a list of words and what it stands for. */
export const aliases = new Map<string, readonly (readonly [readonly string[], string])[]>();

for (const line of table.trim().split('\n')) {
  const [name, others] = line.split(' = ') as [string, string];
  for (const other of others.split(' | ')) {
    const phrase = other.split(' ');
    const known = aliases.get(phrase[0]!) ?? [];
    aliases.set(
      phrase[0]!,
      [...known, [phrase, name] as const].sort((a, b) => b[0].length - a[0].length),
    );
  }
}
