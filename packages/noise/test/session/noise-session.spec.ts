import { NoiseSession, type CryptoBackend } from '@diemnet/noise';
import { BACKENDS } from '../support/backends.js';
import { expectBytes } from '../support/bytes.js';

const MAX = 65_519;

/** Two sessions with each other's keys. */
function pair(backend: CryptoBackend, counter = 0n): [NoiseSession, NoiseSession] {
  const key = (fill: number) => new Uint8Array(32).fill(fill);
  const counters = { sendCounter: counter, receiveCounter: counter };
  return [
    new NoiseSession({ backend, sendKey: key(1), receiveKey: key(2), ...counters }),
    new NoiseSession({ backend, sendKey: key(2), receiveKey: key(1), ...counters }),
  ];
}

const code = (code: string) => expect.objectContaining({ code });

function expectDead(session: NoiseSession): void {
  const closed = code('ERR_NOISE_SESSION_CLOSED');
  expect(session.closed).toBe(true);
  expect(() => session.encrypt(Uint8Array.of(1))).toThrow(closed);
  expect(() => session.decrypt(new Uint8Array(32))).toThrow(closed);
  expect(() => session.startSeal(1)).toThrow(closed);
  expect(() => session.startOpen()).toThrow(closed);
}

describe.each(BACKENDS)('NoiseSession, %s', (_name, backend) => {
  it.each([0, 1, 15])('ends on a message of %i bytes, which cannot hold a tag [C-104]', (length) => {
    const [, right] = pair(backend);
    expect(() => right.decrypt(new Uint8Array(length))).toThrow(code('ERR_NOISE_MSG_TOO_SHORT'));
    expectDead(right);
  });

  it('ends on a message above 65535 bytes [C-103]', () => {
    const [, right] = pair(backend);
    expect(() => right.decrypt(new Uint8Array(65_536))).toThrow(code('ERR_NOISE_RECEIVED_MSG_TOO_LARGE'));
    expectDead(right);
  });

  it.each([0, 4, 5, 20])('ends in both directions when byte %i of a message is flipped [C-105]', (at) => {
    const [left, right] = pair(backend);
    const sealed = left.encrypt(Uint8Array.of(1, 2, 3, 4, 5));
    sealed[at] = (sealed[at] as number) ^ 1;
    expect(() => right.decrypt(sealed)).toThrow(code('ERR_NOISE_DECRYPT'));
    expectDead(right);
  });

  it('ends on a flipped bit in a message that came in parts [C-105]', () => {
    const [left, right] = pair(backend);
    const sealed = left.encrypt(new Uint8Array(5000));
    sealed[4990] = (sealed[4990] as number) ^ 0x80;
    right.startOpen();
    right.updateOpen(sealed.subarray(0, 3000));
    right.updateOpen(sealed.subarray(3000, 5000));
    expect(() => right.finishOpen(sealed.subarray(5000))).toThrow(code('ERR_NOISE_DECRYPT'));
    expectDead(right);
  });

  it('ends on a message that is repeated or skipped', () => {
    const [left, right] = pair(backend);
    const first = left.encrypt(Uint8Array.of(1));
    right.decrypt(first);
    expect(() => right.decrypt(first)).toThrow(code('ERR_NOISE_DECRYPT'));

    const [sender, receiver] = pair(backend);
    sender.encrypt(Uint8Array.of(1));
    const second = sender.encrypt(Uint8Array.of(2));
    expect(() => receiver.decrypt(second)).toThrow(code('ERR_NOISE_DECRYPT'));
  });

  it('takes plaintexts up to 65519 bytes and survives a larger one [C-106]', () => {
    const [left, right] = pair(backend);
    expect(() => left.encrypt(new Uint8Array(MAX + 1))).toThrow(code('ERR_NOISE_PAYLOAD_TOO_LARGE'));
    const sealed = left.encrypt(new Uint8Array(MAX).fill(7));
    expect(sealed).toHaveLength(65_535);
    expectBytes(right.decrypt(sealed), new Uint8Array(MAX).fill(7));
  });

  it('gives the same bytes whether and whenever it prepares, and counts no nonce twice [C-107]', () => {
    const run = (prepares: (step: number) => boolean) => {
      const [left, right] = pair(backend, 2n ** 32n - 3n);
      const both = (step: number) => {
        if (prepares(step)) for (const session of [left, right, left]) session.prepare();
      };
      return Array.from({ length: 6 }, (_, i) => {
        both(3 * i);
        const parts: Uint8Array[] = [];
        left.startSeal(20);
        both(3 * i + 1);
        left.updateSeal(new Uint8Array(20).fill(i), parts);
        const sealed = Buffer.concat([...parts, left.finishSeal()]);
        both(3 * i + 2);
        if (i % 2 === 0) {
          expectBytes(right.decrypt(sealed), new Uint8Array(20).fill(i));
        } else {
          right.startOpen();
          right.updateOpen(sealed.subarray(0, 20));
          both(3 * i);
          expectBytes(Buffer.concat(right.finishOpen(sealed.subarray(20))), new Uint8Array(20).fill(i));
        }
        return sealed.toString('hex');
      });
    };
    const plain = run(() => false);
    expect(new Set(plain).size).toBe(6);
    expect(run(() => true)).toEqual(plain);
    for (const every of [2, 3, 4, 5]) expect(run((step) => step % every === 0)).toEqual(plain);
  });

  it('prepares for nothing once it is closed or out of nonces', () => {
    const [left, right] = pair(backend, 2n ** 64n - 2n);
    right.decrypt(left.encrypt(Uint8Array.of(1)));
    left.prepare();
    expect(() => left.encrypt(Uint8Array.of(2))).toThrow(code('ERR_NOISE_NONCE_OVERFLOW'));
    left.prepare();
    expectDead(left);

    const [prepared] = pair(backend);
    prepared.prepare();
    prepared.close();
    expectDead(prepared);
  });

  it('carries on across the border of 2^32 messages [C-107]', () => {
    const [left, right] = pair(backend, 2n ** 32n - 2n);
    for (let i = 0; i < 4; i++)
      expect(right.decrypt(left.encrypt(Uint8Array.of(i)))).toEqual(Uint8Array.of(i));
  });

  it('ends rather than use the last nonce', () => {
    const [left, right] = pair(backend, 2n ** 64n - 2n);
    expect(right.decrypt(left.encrypt(Uint8Array.of(1)))).toEqual(Uint8Array.of(1));
    expect(() => left.encrypt(Uint8Array.of(2))).toThrow(code('ERR_NOISE_NONCE_OVERFLOW'));
    expectDead(left);
    expect(() => right.decrypt(new Uint8Array(17))).toThrow(code('ERR_NOISE_NONCE_OVERFLOW'));
    expectDead(right);
  });

  it('wipes the keys it was given, and its own copies when it closes [D-39]', () => {
    const [sendKey, receiveKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(1)];
    const held: Uint8Array[] = [];
    const original = Uint8Array.from.bind(Uint8Array);
    const spy = jest.spyOn(Uint8Array, 'from').mockImplementation(((source: Uint8Array) => {
      const copy = original(source);
      held.push(copy);
      return copy;
    }) as typeof Uint8Array.from);
    const session = new NoiseSession({ backend, sendKey, receiveKey });
    spy.mockRestore();
    expect(sendKey).toEqual(new Uint8Array(32));
    expect(receiveKey).toEqual(new Uint8Array(32));
    expect(held).toEqual([new Uint8Array(32).fill(1), new Uint8Array(32).fill(1)]);
    session.close();
    session.close();
    expect(held).toEqual([new Uint8Array(32), new Uint8Array(32)]);
    expectDead(session);
  });

  it('gives plaintext in memory of its own, without the methods of Buffer', () => {
    const [left, right] = pair(backend);
    const sealed = left.encrypt(Uint8Array.of(1, 2, 3));
    const plaintext = right.decrypt(sealed);
    sealed.fill(0);
    expect(plaintext).toEqual(Uint8Array.of(1, 2, 3));
    expect(Object.getPrototypeOf(plaintext)).toBe(Uint8Array.prototype);
  });
});
