import { describe, expect, it, test } from 'vitest';
import { parseRedisUrl, type RedisUrl } from '../../../crds/redis-url.ts';

const nothing = {
  master: undefined,
  database: 0,
  username: undefined,
  password: undefined,
  prefix: undefined,
};

test.each<[string, Partial<RedisUrl>]>([
  ['redis://host', { form: 'single', tls: false, nodes: [{ host: 'host', port: 6379 }] }],
  ['rediss://host:6380/3', { form: 'single', tls: true, nodes: [{ host: 'host', port: 6380 }], database: 3 }],
  ['redis://[::1]:7000', { form: 'single', tls: false, nodes: [{ host: '::1', port: 7000 }] }],
  [
    'redis://user:p%40ss%2Fw%3Ard@host?prefix=a-b:',
    {
      form: 'single',
      tls: false,
      nodes: [{ host: 'host', port: 6379 }],
      username: 'user',
      password: 'p@ss/w:rd',
      prefix: 'a-b:',
    },
  ],
  [
    'redis://:secret@host',
    { form: 'single', tls: false, nodes: [{ host: 'host', port: 6379 }], password: 'secret' },
  ],
  [
    'redis+sentinel://h1,h2:26380/2?master=main',
    {
      form: 'sentinel',
      tls: false,
      nodes: [
        { host: 'h1', port: 26379 },
        { host: 'h2', port: 26380 },
      ],
      database: 2,
      master: 'main',
    },
  ],
  [
    'rediss+sentinel://h1?master=m',
    { form: 'sentinel', tls: true, nodes: [{ host: 'h1', port: 26379 }], master: 'm' },
  ],
  [
    'rediss+cluster://a:1,b:2/0',
    {
      form: 'cluster',
      tls: true,
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    },
  ],
])('%s', (text, expected) => {
  expect(parseRedisUrl(text)).toEqual({ ...nothing, ...expected });
});

describe('what is no such URL', () => {
  it.each([
    ['redis://', 'redis://[user'],
    ['redis://host:0', 'hosts such as'],
    ['redis://host:99999', 'hosts such as'],
    ['redis://a,b', 'one host'],
    ['redis://ho st', 'white space'],
    ['redis://host/x', 'number of a database'],
    ['redis://host?master=m', 'no parameter but prefix'],
    ['redis://host?prefix=a*', 'a prefix of'],
    ['redis://host?prefix=', 'a prefix of'],
    ['redis://user:pa@ss@host', 'percent-encoded'],
    ['redis://user:%zz@host', 'percent-encoded'],
    ['redis://host#x', 'redis://[user'],
    ['redis+sentinel://host', 'name of the master'],
    ['redis+cluster://host/1', 'no databases'],
    ['rediss+cluster://host/1', 'rediss+cluster://host'],
    ['redis+cluster://host,', 'hosts such as'],
    ['http://host', 'redis://'],
  ])('%s', (text, expected) => {
    const result = parseRedisUrl(text);
    expect('expected' in result && result.expected).toContain(expected);
    expect(JSON.stringify(result)).not.toContain('pa@ss');
  });
});
