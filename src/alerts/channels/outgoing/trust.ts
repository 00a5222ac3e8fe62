/** Which certificates of servers count. Pure. */
import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, `null` if it holds none or one that cannot be read. */
export function readCertificates(pem: string): X509Certificate[] | null {
  try {
    const found = (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
    return found.length > 0 ? found : null;
  } catch {
    // OpenSSL's message tells people nothing that the field's name does not.
    return null;
  }
}

/**
 * What TLS is to trust: the certificates of `ca`, or the public authorities without it. A server that
 * shows one of `ca` itself is the one that was meant, whatever name the certificate bears.
 */
export function trust(ca: string | undefined): ConnectionOptions {
  if (ca === undefined) {
    return {};
  }
  const known = new Set(readCertificates(ca)?.map(({ fingerprint256 }) => fingerprint256));
  return {
    ca,
    checkServerIdentity: (host, certificate) =>
      known.has(certificate.fingerprint256) ? undefined : checkServerIdentity(host, certificate),
  };
}
