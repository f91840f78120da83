import * as nodeCrypto from 'node:crypto';
import { NativeOpener, NativeSealer } from '../../src/crypto/native-frames.js';
import type { NodeCrypto } from '../../src/crypto/node-crypto.js';
import { YoungGeneration } from '../../src/crypto/young-generation.js';
import { concat, expectBytes, pattern } from '../support/bytes.js';

const key = pattern(32, 5);
const nonce = pattern(12, 6);
const plaintext = pattern(100, 7);

/** node:crypto that tells what it makes and which of it was ended: only then OpenSSL overwrites the key in it. */
function watchedCrypto() {
  const log: string[] = [];
  const watch = <T extends { final(): Buffer }>(kind: string, cipher: T): T => {
    log.push(`${kind} made`);
    const final = cipher.final.bind(cipher);
    cipher.final = () => {
      log.push(`${kind} ended`);
      return final();
    };
    return cipher;
  };
  const crypto = {
    ...nodeCrypto,
    createCipheriv: (...args: Parameters<typeof nodeCrypto.createCipheriv>) =>
      watch('cipher', nodeCrypto.createCipheriv(...args)),
    createDecipheriv: (...args: Parameters<typeof nodeCrypto.createDecipheriv>) =>
      watch('decipher', nodeCrypto.createDecipheriv(...args)),
  };
  return { crypto: crypto as unknown as NodeCrypto, log };
}

describe('frames that were prepared', () => {
  it('need no new cipher when they come, and the next one does', () => {
    const { crypto, log } = watchedCrypto();
    const sealer = new NativeSealer(crypto, key, new YoungGeneration());
    const opener = new NativeOpener(crypto, key, new YoungGeneration());
    for (let i = 0; i < 2; i++) {
      sealer.prepare(nonce);
      opener.prepare(nonce);
    }
    expect(log).toEqual(['cipher made', 'decipher made']);
    for (const made of [0, 1]) {
      log.length = 0;
      const sealed: Uint8Array[] = [];
      sealer.start(nonce);
      sealer.update(plaintext, sealed);
      sealed.push(sealer.finish());
      expectBytes(opener.open(nonce, concat(sealed)), plaintext);
      expect(log.filter((entry) => entry.endsWith('made'))).toHaveLength(2 * made);
    }
  });

  it('are ended when the keys are overwritten, so that OpenSSL overwrites its copies too', () => {
    const { crypto, log } = watchedCrypto();
    const sealer = new NativeSealer(crypto, key, new YoungGeneration());
    const opener = new NativeOpener(crypto, key, new YoungGeneration());
    sealer.prepare(nonce);
    opener.prepare(nonce);
    for (let i = 0; i < 2; i++) {
      sealer.dispose();
      opener.dispose();
    }
    expect(log).toEqual(['cipher made', 'decipher made', 'cipher ended', 'decipher ended']);
  });
});
