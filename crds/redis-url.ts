/** The places that one `redis` URL names, and how to speak there. */
export interface RedisUrl {
  /** One server; servers found through Sentinel; shards of a cluster. */
  readonly form: 'single' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  readonly nodes: readonly RedisNode[];
  /** Name of the group that Sentinel watches. */
  readonly master: string | undefined;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Every key of the cache begins with it, where the URL says so. */
  readonly prefix: string | undefined;
}

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export const redisSchemes: Readonly<Record<string, Pick<RedisUrl, 'form' | 'tls'>>> = {
  'redis:': { form: 'single', tls: false },
  'rediss:': { form: 'single', tls: true },
  'redis+sentinel:': { form: 'sentinel', tls: false },
  'rediss+sentinel:': { form: 'sentinel', tls: true },
  'redis+cluster:': { form: 'cluster', tls: false },
  'rediss+cluster:': { form: 'cluster', tls: true },
};

/** How each form is written; what a fault says was expected. */
const examples: Readonly<Record<RedisUrl['form'], string>> = {
  single: 'redis://[user:password@]host[:6379][/database][?prefix=name:]',
  sentinel: 'redis+sentinel://host[:26379][,host…][/database]?master=name[&prefix=name:]',
  cluster: 'redis+cluster://host[:6379][,host…][?prefix=name:]',
};

/** The URL read, or what was expected. Read here and not by `URL`, which knows no list of hosts. */
export function parseRedisUrl(text: string): RedisUrl | { readonly expected: string } {
  const [, scheme = '', rest = ''] = /^([a-z+]+:)\/\/(.*)$/s.exec(text) ?? [];
  const kind = redisSchemes[scheme];
  if (kind === undefined) return { expected: Object.values(examples).join(' or ') };
  const { form, tls } = kind;
  const wrong = (why?: string) => ({
    expected: `${examples[form].replace('redis', tls ? 'rediss' : 'redis')}${why === undefined ? '' : ` (${why})`}`,
  });
  const [, userInfo, hosts = '', path = '', query = ''] =
    /^(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^/?#]*))?(?:\?([^#]*))?$/.exec(rest) ?? [];
  if (/[\s\p{C}]/u.test(text)) return wrong('without white space');
  if (hosts === '') return wrong(rest.includes('@') ? 'with user and password percent-encoded' : undefined);
  const nodes = hosts.split(',').map((host) => node(host, form === 'sentinel' ? 26379 : 6379));
  if (nodes.some((each) => each === undefined)) return wrong('with hosts such as name:6379 or [::1]:6379');
  if (form === 'single' && nodes.length > 1)
    return wrong('with one host; several belong to sentinel or cluster');
  if (!/^[0-9]{0,5}$/.test(path)) return wrong('with the number of a database');
  if (form === 'cluster' && Number(path) !== 0) return wrong('a cluster has no databases');

  const parameters = new URLSearchParams(query);
  const known = form === 'sentinel' ? ['master', 'prefix'] : ['prefix'];
  const strange = [...parameters.keys()].find((name) => !known.includes(name));
  if (strange !== undefined) return wrong(`with no parameter but ${known.join(' and ')}`);
  const master = parameters.get('master') ?? undefined;
  if (form === 'sentinel' && !master) return wrong('with the name of the master');
  const prefix = parameters.get('prefix') ?? undefined;
  if (prefix !== undefined && !isPrefix(prefix)) return wrong(`with a prefix of ${prefixRule}`);
  const user = credentials(userInfo);
  if (user === undefined) return wrong('with user and password percent-encoded');
  return { form, tls, nodes: nodes as RedisNode[], master, database: Number(path), prefix, ...user };
}

/** Letters that neither a pattern of keys nor a hash tag nor a query gives a meaning. */
export const isPrefix = (text: string): boolean => /^[A-Za-z0-9:._-]{1,64}$/.test(text);
export const prefixRule = '1 to 64 letters, digits, colons, dots, underscores or hyphens';

function node(text: string, defaultPort: number): RedisNode | undefined {
  const [, v6, name, port] =
    /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?))(?::([0-9]{1,5}))?$/i.exec(text) ??
    [];
  const host = v6 ?? name;
  const number = port === undefined ? defaultPort : Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
}

function credentials(text: string | undefined): Pick<RedisUrl, 'username' | 'password'> | undefined {
  if (text === undefined) return { username: undefined, password: undefined };
  const at = text.indexOf(':');
  const [user, password] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  try {
    return {
      username: user === '' ? undefined : decodeURIComponent(user),
      password: password === undefined ? undefined : decodeURIComponent(password),
    };
  } catch {
    return undefined;
  }
}
