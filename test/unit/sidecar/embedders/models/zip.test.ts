import { expect, test } from 'vitest';
import { readZipEntry } from '../../../../../sidecar/models/zip.ts';

/** `a.txt` stored ("hello\n"), `dir/b.txt` deflated (1,000 times "ab"), with an archive comment. */
const archive = Buffer.from(
  'UEsDBBQAAAAAAAAAIQAgMDo2BgAAAAYAAAAFAAAAYS50eHRoZWxsbwpQSwMEFAAAAAgAAAAhAHOrt8kSAAAA0AcAAAkAAABkaXIv' +
    'Yi50eHRLTEochaNwFI7CUTgKR+EQhwBQSwECFAMUAAAAAAAAACEAIDA6NgYAAAAGAAAABQAAAAAAAAAAAAAAgAEAAAAAYS50eHRQ' +
    'SwECFAMUAAAACAAAACEAc6u3yRIAAADQBwAACQAAAAAAAAAAAAAAgAEpAAAAZGlyL2IudHh0UEsFBgAAAAACAAIAagAAAGIAAAAP' +
    'AG1hZGUgZm9yIGEgdGVzdA==',
  'base64',
);

test('reads a stored and a deflated entry', async () => {
  expect((await readZipEntry(archive, 'a.txt')).toString()).toBe('hello\n');
  expect((await readZipEntry(archive, 'dir/b.txt')).toString()).toBe('ab'.repeat(1000));
});

test('names the entry that is not there', async () => {
  await expect(readZipEntry(archive, 'c.txt')).rejects.toThrow('no entry c.txt in the zip archive');
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a web page', Buffer.from('<html>')],
  ['a cut archive', archive.subarray(0, -60)],
])('refuses %s', async (_, bytes) => {
  await expect(readZipEntry(bytes, 'a.txt')).rejects.toThrow();
});
