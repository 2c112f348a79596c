import { describe, expect, it } from 'vitest';
import { cacheControl, toClient, toUpstream } from '../../../../sidecar/proxy/headers.ts';
import { type Verdict, verdictHeaders } from '../../../../sidecar/proxy/verdict.ts';

describe('what travels on', () => {
  it('to the provider: everything in its case, order and repetition, without what is ours or of the connection', () => {
    const raw = [
      'Host',
      'x',
      'X-B',
      '2',
      'x-a',
      '1',
      'X-B',
      '3',
      'Connection',
      'close, X-Hop',
      'X-Hop',
      '1',
      'TE',
      'trailers',
      'Transfer-Encoding',
      'chunked',
      'Expect',
      '100-continue',
      'X-Fourfold-Tags',
      'a',
      'Cache-Control',
      'no-cache',
      'Content-Length',
      '5',
    ];
    const kept = ['X-B', '2', 'x-a', '1', 'X-B', '3'];
    expect(toUpstream(raw, cacheControl)).toEqual([...kept, 'Content-Length', '5']);
    expect(toUpstream(raw)).toEqual([...kept, 'Cache-Control', 'no-cache', 'Content-Length', '5']);
  });

  it('to the client: the same, with what the provider says of its own', () => {
    const raw = [
      'Set-Cookie',
      'a',
      'Set-Cookie',
      'b',
      'Connection',
      'keep-alive',
      'Keep-Alive',
      'timeout=5',
      'x-request-id',
      '7',
    ];
    expect(toClient(raw)).toEqual(['Set-Cookie', 'a', 'Set-Cookie', 'b', 'x-request-id', '7']);
  });
});

describe('how the cache says what it did', () => {
  it.each<[Verdict, string]>([
    [{ phase: 'fingerprint', similarity: 1, age: 3, ttl: 97 }, 'fourfold; hit; ttl=97; detail=fingerprint'],
    [{ phase: 'semantic', similarity: 0.91, age: 0, ttl: 0 }, 'fourfold; hit; ttl=0; detail=semantic'],
    [{ phase: 'miss' }, 'fourfold; fwd=uri-miss'],
    [{ phase: 'miss', stored: true, reason: 'threshold' }, 'fourfold; fwd=uri-miss; stored'],
    [{ phase: 'collapsed', stored: true }, 'fourfold; fwd=uri-miss; collapsed; stored'],
    [{ phase: 'bypass', reason: 'no-cache', stored: true }, 'fourfold; fwd=bypass; stored; detail=no-cache'],
    [{ phase: 'bypass' }, 'fourfold; fwd=bypass'],
  ])('%j', (verdict, expected) => expect(verdictHeaders(verdict)['Cache-Status']).toBe(expected));

  it('what is not known is not said', () => {
    expect(verdictHeaders({ phase: 'miss' })).toEqual({
      'Cache-Status': expect.any(String),
      'x-fourfold-phase': 'miss',
    });
    expect(
      verdictHeaders({ phase: 'near-miss', similarity: 0.87654, entry: 'e', age: 0, ttl: 9, reason: 'r' }),
    ).toEqual({
      'Cache-Status': expect.any(String),
      Age: '0',
      'x-fourfold-phase': 'near-miss',
      'x-fourfold-similarity': '0.8765',
      'x-fourfold-entry': 'e',
      'x-fourfold-reason': 'r',
    });
  });
});
