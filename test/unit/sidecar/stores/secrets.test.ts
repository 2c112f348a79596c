import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecrets, type SecretPaths } from '../../../../sidecar/stores/redis/secrets.ts';
import { type Authority, certificateAuthority, type Issued, pemOf } from '../../../support/certificates.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('a key that the mounted Secret lacks says nothing, and is read once it is there', async () => {
  const passwordFile = join(folder, 'password');
  expect((await readSecrets({ passwordFile })).password).toBeUndefined();
  await writeFile(passwordFile, 'secret\n');
  expect((await readSecrets({ passwordFile })).password).toBe('secret');
});

it('a file that is there and cannot be read is an error, never the same as none', async () => {
  await expect(readSecrets({ passwordFile: folder })).rejects.toThrow('EISDIR');
});

describe('the certificate that is shown', () => {
  let authority: Authority;
  let mine: Issued;
  let other: Issued;
  beforeAll(async () => {
    authority = await certificateAuthority();
    [mine, other] = [await authority.issue(), await authority.issue()];
  });

  it('is read with its key', async () => {
    const secrets = await readSecrets({ certFile: mine.cert, keyFile: mine.key });
    expect(secrets).toMatchObject(pemOf(mine));
  });

  it.each<[string, () => SecretPaths, string]>([
    [
      'has no key',
      () => ({ certFile: mine.cert }),
      'keyFile: expected the private key of redis.tls.certFile, found no file',
    ],
    [
      'has no key yet',
      () => ({ certFile: mine.cert, keyFile: join(folder, 'none') }),
      'keyFile: expected the private key of redis.tls.certFile, found no file',
    ],
    [
      'is missing beside its key',
      () => ({ keyFile: mine.key }),
      'certFile: expected the certificate to redis.tls.keyFile, found no file',
    ],
    [
      'is no certificate',
      () => ({ certFile: mine.key, keyFile: mine.key }),
      'certFile: expected a certificate in PEM, found something else',
    ],
    [
      'has no key but another file',
      () => ({ certFile: mine.cert, keyFile: mine.cert }),
      'keyFile: expected a private key in PEM, without a passphrase, found something else',
    ],
    [
      'has the key of another',
      () => ({ certFile: mine.cert, keyFile: other.key }),
      'keyFile: expected the private key of redis.tls.certFile, found that of another certificate',
    ],
    [
      'cannot be read',
      () => ({ certFile: folder, keyFile: mine.key }),
      'certFile: expected a file that can be read, found EISDIR',
    ],
  ])('that %s is refused with the field and what was found there', async (_, paths, sentence) => {
    await expect(readSecrets(paths())).rejects.toThrow(`redis.tls.${sentence}`);
  });

  it('that has ended, or not begun, is refused with the moment', async () => {
    const paths = { certFile: mine.cert, keyFile: mine.key };
    const days = (count: number) => Date.now() + count * 86_400_000;
    await expect(readSecrets(paths, days(3))).rejects.toThrow(
      /^redis\.tls\.certFile: expected a certificate that is valid now, found one that ended at 20/,
    );
    await expect(readSecrets(paths, days(-1))).rejects.toThrow(/, found one that begins at 20/);
  });
});
