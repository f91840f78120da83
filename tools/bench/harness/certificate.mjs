import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** TLS 1.3 with one cipher suite, so that every TLS peer encrypts with AES-256-GCM. */
export const TLS_13 = Object.freeze({
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_256_GCM_SHA384',
});

/** A self-signed P-256 certificate for this run, as environment variables of the children. Needs `openssl`. */
export function createCertificate() {
  const dir = mkdtempSync(join(tmpdir(), 'diemnet-bench-'));
  try {
    const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    execFileSync(
      'openssl',
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost'
        .split(' ')
        .concat('-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', keyFile, '-out', certFile),
      { stdio: 'ignore' },
    );
    return { BENCH_TLS_KEY: readFileSync(keyFile, 'utf8'), BENCH_TLS_CERT: readFileSync(certFile, 'utf8') };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const tlsKey = () => process.env.BENCH_TLS_KEY;
export const tlsCertificate = () => process.env.BENCH_TLS_CERT;
