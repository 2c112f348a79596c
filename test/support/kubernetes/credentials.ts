import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an API server needs beside its own certificate, in `certs` of its folder. Gives the administrator's token. */
export async function writeCredentials(folder: string): Promise<string> {
  const certs = join(folder, 'certs');
  await mkdir(certs, { recursive: true });
  const token = randomBytes(16).toString('hex');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const mode = 0o600;
  await writeFile(join(certs, 'sa.key'), privateKey.export({ type: 'sec1', format: 'pem' }), { mode });
  await writeFile(join(certs, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(certs, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode });
  return token;
}

/** The flags of kube-apiserver that name them; it writes its own certificate beside them. */
export const credentialFlags = (folder: string): string[] => [
  `--cert-dir=${join(folder, 'certs')}`,
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${join(folder, 'certs/sa.pub')}`,
  `--service-account-signing-key-file=${join(folder, 'certs/sa.key')}`,
  `--token-auth-file=${join(folder, 'certs/tokens.csv')}`,
];

/** The certificate of the API server and of the authority that signed it. */
export const certificateOf = (folder: string): string => join(folder, 'certs/apiserver.crt');

export async function writeKubeconfig(
  file: string,
  access: {
    readonly server: string;
    readonly token: string;
    readonly certificate: string;
    readonly name?: string;
  },
): Promise<void> {
  const { server, token, certificate, name = 'test' } = access;
  const text = `apiVersion: v1
kind: Config
clusters: [{name: ${name}, cluster: {server: "${server}", certificate-authority: "${certificate}"}}]
users: [{name: ${name}, user: {token: "${token}"}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
current-context: ${name}
`;
  await writeFile(file, text, { mode: 0o600 });
}
