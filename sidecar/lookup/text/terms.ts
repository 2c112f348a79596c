/**
 * Terms that look like a slip of another term, a line for each family: where both are known to be terms, the difference is
 * meant. Most such pairs are in no common vocabulary and need no entry; here are those that a slip of the fingers would join.
 */
const families = `
http https
scanf sscanf fscanf vscanf
printf sprintf fprintf vprintf snprintf vfprintf vsprintf
strcpy strncpy strcat strncat strcmp strncmp strcasecmp strncasecmp
wchar char uchar schar
malloc calloc realloc
postgres postgrest
execv execve execvp execl execlp
isotropic isotopic isotonic isometric isomeric
abduction adduction
abductor adductor
abducted adducted
afferent efferent
peroneal perineal peritoneal
ileum ilium
ileal ilial
mucous mucus
prostate prostrate
palpation palpitation
dysphagia dysphasia
arteritis arthritis
cytosine cysteine cystine
guanine guanidine
tyrosine thyroxine
glycine glycerine
fluorine fluoride
bromine bromide
iodine iodide iodate
nitrate nitrite nitride
chlorine chlorate chlorite chloride
tracheostomy tracheotomy
malaria malacia
adverse averse
personal personnel
thiamine thymine
cyclosporine cycloserine
celexa celebrex
nicardipine nifedipine nimodipine
clonidine clonazepam
kirsten kristen kristin kirstin
stationary stationery
slice splice
`;

const terms: ReadonlySet<string> = new Set(families.split(/\s+/).filter((word) => word !== ''));

export const isTerm = (word: string): boolean => terms.has(word);
