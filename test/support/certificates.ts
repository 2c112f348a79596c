import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate authority of a test's own. Its files go when the test process goes. */
export interface Authority {
  /** PEM file of the authority's certificate. */
  readonly file: string;
  issue(options?: Issue): Promise<Issued>;
}

export interface Issue {
  readonly commonName?: string;
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
  /** From now on; a negative number has run out before it began. */
  readonly days?: number;
}

/** PEM files, for a server and for a client alike. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Made by the openssl command. */
export async function certificateAuthority(name = 'test authority'): Promise<Authority> {
  const folder = mkdtempSync(join(tmpdir(), 'fourfold-certificates-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => run('openssl', args, { timeout: 20_000 });
  const authority = [
    '-x509',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-addext',
    'keyUsage=critical,keyCertSign',
  ];
  await openssl('req', ...authority, ...newKey, '-keyout', path('ca.key'), '-out', path('ca.pem'));
  let issued = 0;
  return {
    file: path('ca.pem'),
    async issue({ commonName = 'localhost', names = ['localhost', '127.0.0.1', '::1'], days = 2 } = {}) {
      const file = (ending: string) => path(`${++issued}${ending}`);
      const [request, extensions, cert, key] = [file('.csr'), file('.cnf'), file('.pem'), file('.key')];
      const alternatives = names.map((each) => `${/^[\d.]+$|:/.test(each) ? 'IP' : 'DNS'}:${each}`);
      writeFileSync(extensions, `subjectAltName=${alternatives.join(',')}\n`);
      await openssl('req', '-new', '-subj', `/CN=${commonName}`, ...newKey, '-keyout', key, '-out', request);
      await openssl(
        ...[
          'x509',
          '-req',
          '-in',
          request,
          '-CA',
          path('ca.pem'),
          '-CAkey',
          path('ca.key'),
          '-CAcreateserial',
        ],
        ...['-days', String(days), '-extfile', extensions, '-out', cert],
      );
      return { cert, key };
    },
  };
}

/** The texts of an issued pair. */
export const pemOf = ({ cert, key }: Issued): { cert: string; key: string } => ({
  cert: readFileSync(cert, 'utf8'),
  key: readFileSync(key, 'utf8'),
});
