import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

/** What memory the sidecar takes depends on them, and it is started in more than one way. */
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const flagsIn = (text: string) => text.match(/--[a-z][a-z-]+(?:=\d+)?/g);
const [firstLine = ''] = read('cli.ts').split('\n', 1);
const flags = flagsIn(firstLine);

const between = (text: string, from: string, to: string) => {
  const start = text.indexOf(from);
  return text.slice(start, text.indexOf(to, start));
};

it('the command gives node flags, in a line that the kernel reads whole', () => {
  expect(flags).toContain('--max-semi-space-size=8');
  // BINPRM_BUF_SIZE of Linux; what is longer is cut without a word.
  expect(firstLine.length).toBeLessThan(256);
});

it.each([
  ['npm start', packageJson.scripts.start],
  ['npm run operator', packageJson.scripts.operator],
  ['the Dockerfile', between(read('Dockerfile'), 'ENTRYPOINT ["/usr/local/bin/node", "--', ']')],
  ['the image', between(read('images/sidecar.ts'), 'entrypoint: [', ']')],
])('%s gives the same', (_, text) => {
  expect(flagsIn(text)).toEqual(flags);
});

it('malloc is told the same in the Dockerfile and in the image', () => {
  const inCommand = firstLine.match(/MALLOC_\w+=\d+/g);
  expect(inCommand).toHaveLength(2);
  expect(read('Dockerfile').match(/MALLOC_\w+=\d+/g)).toEqual(inCommand);
  const inImage = [...read('images/sidecar.ts').matchAll(/(MALLOC_\w+): '(\d+)'/g)];
  expect(inImage.map(([, name, value]) => `${name}=${value}`)).toEqual(inCommand);
});
