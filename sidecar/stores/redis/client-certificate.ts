import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** What is shown to Redis, as PEM; undefined where there is no file, or none is configured. */
export interface ClientCertificate {
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Why the pair cannot be shown to anybody, in one sentence that names the field; undefined where it can, or where there is
 * none. OpenSSL would say it in words of its own, or only the server, by hanging up. No path and no byte of a file is told.
 */
export function certificateFault({ cert, key }: ClientCertificate, now: number): string | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (key === undefined) return fault('keyFile', 'the private key of redis.tls.certFile', 'no file');
  if (cert === undefined) return fault('certFile', 'the certificate to redis.tls.keyFile', 'no file');
  const certificate = read(() => new X509Certificate(cert));
  if (certificate === undefined) return fault('certFile', 'a certificate in PEM', 'something else');
  const privateKey = read((): KeyObject => createPrivateKey(key));
  if (privateKey === undefined)
    return fault('keyFile', 'a private key in PEM, without a passphrase', 'something else');
  if (!certificate.checkPrivateKey(privateKey))
    return fault('keyFile', 'the private key of redis.tls.certFile', 'that of another certificate');
  const { validFromDate, validToDate } = certificate;
  if (validToDate.getTime() <= now)
    return fault(
      'certFile',
      'a certificate that is valid now',
      `one that ended at ${validToDate.toISOString()}`,
    );
  if (validFromDate.getTime() > now)
    return fault(
      'certFile',
      'a certificate that is valid now',
      `one that begins at ${validFromDate.toISOString()}`,
    );
  return undefined;
}

const fault = (field: 'certFile' | 'keyFile', expected: string, found: string): string =>
  `redis.tls.${field}: expected ${expected}, found ${found}`;

function read<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
