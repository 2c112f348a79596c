import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** The only file that makes certificates (RFC 5280): ECDSA on P-256, which every API server speaks. */

/** A certificate and its private key (PKCS #8), both PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface Life {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** Begins an hour before now: clocks differ, and one that is behind must not find it not valid yet. */
const backdateMs = 3_600_000;

/** An authority that signs serving certificates and nothing else. */
export async function newAuthority(now: number, lifeMs: number): Promise<Issued> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // Two are announced at the same time; by their names alone they must not be taken for each other.
    name: `CN=fourfold webhook authority ${new Date(now).toISOString()}`,
    ...validity(now, lifeMs),
    keys,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

/** For a server of these names. @throws where the authority cannot be read. */
export async function newLeaf(
  authority: Issued,
  names: readonly string[],
  now: number,
  lifeMs: number,
): Promise<Issued> {
  const issuer = new X509Certificate(authority.cert);
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    ...validity(now, lifeMs),
    publicKey: keys.publicKey,
    signingKey: await privateKey(authority.key),
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
    ],
  });
  return { cert: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

/** @throws where it is no certificate. */
export function lifeOf(cert: string): Life {
  const { notBefore, notAfter } = new X509Certificate(cert);
  return { from: notBefore.getTime() + backdateMs, until: notAfter.getTime() };
}

export function isAuthority(cert: string): boolean {
  return new X509Certificate(cert).getExtension(BasicConstraintsExtension)?.ca === true;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

// Typed by the DOM, which this program has not; what node has is the same.
cryptoProvider.set(webcrypto as never);

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

function validity(now: number, lifeMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - backdateMs), notAfter: new Date(now + lifeMs) };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return PemConverter.encode(bytes, 'PRIVATE KEY');
}

async function privateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [bytes] = PemConverter.decode(pem);
  if (bytes === undefined) throw new TypeError('expected a private key in PEM, found none');
  return await webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']);
}
