import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../../sidecar/config/document.ts';

const read = (text: string | Uint8Array) =>
  readDocument('f.yaml', typeof text === 'string' ? new TextEncoder().encode(text) : text);

describe('a file that is no configuration', () => {
  const yaml = 'expected YAML, found an error';
  it.each<[string, string | Uint8Array, string[]]>([
    ['empty', '', ['f.yaml: expected an object of configuration fields, found nothing']],
    ['blank', ' \n\n', ['f.yaml: expected an object of configuration fields, found nothing']],
    ['only comments', '# ttl: 1h\n', ['f.yaml: expected an object of configuration fields, found nothing']],
    ['only a document mark', '---\n', ['f.yaml: expected an object of configuration fields, found nothing']],
    ['null', 'null', ['f.yaml: expected an object of configuration fields, found nothing']],
    ['a list', '- ttl: 1h', ['f.yaml: expected an object of configuration fields, found a list']],
    ['a text', 'ttl', ['f.yaml: expected an object of configuration fields, found a single value']],
    ['a number', '5', ['f.yaml: expected an object of configuration fields, found a single value']],
    ['two documents', 'ttl: 1h\n---\nttl: 2h', ['f.yaml:2: expected one YAML document, found several']],
    ['a key twice', 'ttl: 1h\nmode: off\nttl: 2h', ['f.yaml:3 ttl: expected once, found twice']],
    [
      'an inner key twice',
      'phases:\n  exact: {}\n  exact: {}',
      ['f.yaml:3 exact: expected once, found twice'],
    ],
    ['a key twice in JSON', '{"ttl": "1h",\n"ttl": "2h"}', ['f.yaml:2 ttl: expected once, found twice']],
    ['an open quote', 'a: 1\nb: "x', [`f.yaml:2: ${yaml}: Missing closing "quote`]],
    [
      'half a JSON',
      '{"ttl": "1h", "phases": {',
      [`f.yaml:1: ${yaml}: Flow map in block collection must be sufficiently indented and end with a }`],
    ],
    ['a tab', 'phases:\n\texact: {}', [`f.yaml:2: ${yaml}: Tabs are not allowed as indentation`]],
    [
      'bad indentation',
      'a: 1\n b: 2',
      [`f.yaml:1: ${yaml}: Nested mappings are not allowed in compact mappings`],
    ],
    ['an unknown tag', 'ttl: !secret hunter2', [`f.yaml:1: ${yaml}: Unresolved tag`]],
    ['a binary tag', 'ttl: !!binary aHVudGVyMg==', [`f.yaml:1: ${yaml}: Unresolved tag`]],
    [
      'an alias to nothing',
      'ttl: *hunter2',
      ['f.yaml: expected a YAML document, found an alias without its anchor'],
    ],
    [
      'bytes that are no text',
      Uint8Array.of(0xff, 0xfe, 0x00, 0x41),
      ['f.yaml: expected UTF-8 text, found bytes that are none'],
    ],
    [
      'Latin-1',
      Buffer.from('ttl: 1h # für uns', 'latin1'),
      ['f.yaml: expected UTF-8 text, found bytes that are none'],
    ],
    [
      'binary rubbish',
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0),
      ['f.yaml: expected UTF-8 text, found bytes that are none'],
    ],
  ])('%s', (_, text, faults) => {
    expect(read(text)).toEqual({ faults });
  });

  it('survives a text that was made to exhaust the parser', () => {
    const laughs = [
      'a: &a [x]',
      ...'bcdefghij'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefghij'[index]},`.repeat(9)}]`),
    ];
    expect(read(laughs.join('\n')).faults).toHaveLength(1);
    expect(read('['.repeat(50_000)).faults?.length).toBeGreaterThan(0);
    expect(read('{a: '.repeat(50_000)).faults?.length).toBeGreaterThan(0);
  });

  it('never quotes the file where its YAML is broken', () => {
    for (const text of [
      'token: "hunter2',
      'hunter2: @hunter2',
      '- hunter2\nx: hunter2',
      'a: |hunter2\n  x',
      '%hunter2\n---\n',
      'x: "\\hunter2"',
      'a: b: hunter2',
      '[hunter2',
      '&hunter2 *hunter2',
      'a: hunter2\n  hunter2: x',
    ]) {
      const { faults } = read(text);
      expect(faults?.length).toBeGreaterThan(0);
      expect(faults?.join('\n')).not.toContain('hunter2');
    }
  });

  it('is answered with one harmless line for each mistake, whatever it holds', () => {
    const marks = [...'abx:-?{}[],&*!|>\'"%@`#~=<\n\t\\ ', 'hunter2', ': ', '- ', '---', '...', '%YAML 1.1'];
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...marks)).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (content) => {
        for (const fault of read(content).faults ?? []) {
          expect(fault).not.toMatch(/\p{Cc}/u);
          if (!fault.endsWith('expected once, found twice')) expect(fault).not.toContain('hunter2');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a file that is one', () => {
  it('reads YAML, JSON, a byte order mark, Windows line ends and anchors', () => {
    const value = { ttl: '1h', phases: { exact: { enabled: false } } };
    for (const text of [
      'ttl: 1h\nphases:\n  exact:\n    enabled: false\n',
      JSON.stringify(value),
      JSON.stringify(value, undefined, '\t'),
      '\ufeffttl: 1h\nphases: {exact: {enabled: false}}',
      'ttl: 1h\r\nphases:\r\n  exact: {enabled: false}\r\n',
      'ttl: &a 1h\nphases: {exact: {enabled: false}}',
    ]) {
      expect(read(text).source?.value).toEqual(value);
    }
  });

  it('keeps `off` a word, as YAML 1.2 does', () => {
    expect(read('mode: off').source?.value).toEqual({ mode: 'off' });
  });

  it('knows where a field stands', () => {
    const text =
      '# first\nttl: 1h\nphases:\n  exact: &e\n    enabled: maybe\n  semantic: *e\npartitionBy:\n  - user\n  - credential\n5: x\n"a\\nb": 1\n';
    const place = read(text).source?.place;
    expect(place?.(['ttl'])).toBe('f.yaml:2 ttl');
    expect(place?.(['phases', 'exact', 'enabled'])).toBe('f.yaml:5 phases.exact.enabled');
    expect(place?.(['phases', 'semantic', 'enabled'])).toBe('f.yaml:6 phases.semantic.enabled');
    expect(place?.(['partitionBy', '1'])).toBe('f.yaml:9 partitionBy.1');
    expect(place?.(['5'])).toBe('f.yaml:10 5');
    expect(place?.(['a\nb'])).toBe('f.yaml:11 a\\u{a}b');
  });
});
