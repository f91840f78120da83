import {
  TrustedPeers,
  peerIdFromHex,
  publicKeyFromHex,
  type PeerId,
  type X25519PublicKey,
} from '@diemnet/types';
import { AntiReplay, decodeTimestamp, encodeTimestamp } from '../src/anti-replay.js';

const NOW = 1_626_888_387_000;
const peer = (n: number) => peerIdFromHex(n.toString(16).padStart(32, '0'));
const key = (n: number) => publicKeyFromHex(n.toString(16).padStart(64, '0'));

function trusting(...entries: [PeerId, X25519PublicKey[]][]): TrustedPeers {
  return new TrustedPeers(
    new Map(entries.map(([id, keys]) => [id, { keys: new Set(keys), role: 'Validator' as const }])),
  );
}

const refusal = (run: () => void): string => {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('AntiReplay', () => {
  it('refuses a timestamp that is not above the last of its key [C-120]', () => {
    const antiReplay = new AntiReplay({ futureToleranceMs: 1000 });
    const dialer = { peerId: peer(1), publicKey: key(1) };
    const accept = (timestamp: bigint) =>
      refusal(() => {
        antiReplay.check(dialer, timestamp, NOW);
        antiReplay.store(dialer, timestamp, trusting([peer(1), [key(1)]]));
      });
    expect([1n, 0n, 1n, 2n].map(accept)).toEqual([
      'accepted',
      'ERR_NOISE_SERVER_REPLAY_DETECTED',
      'ERR_NOISE_SERVER_REPLAY_DETECTED',
      'accepted',
    ]);
  });

  it('remembers nothing by checking', () => {
    const antiReplay = new AntiReplay({ futureToleranceMs: 1000 });
    const dialer = { peerId: peer(1), publicKey: key(1) };
    for (let i = 0; i < 2; i++) expect(refusal(() => antiReplay.check(dialer, 5n, NOW))).toBe('accepted');
    expect(antiReplay.size).toBe(0);
  });

  it('tolerates a clock that is ahead, within reason [D-38]', () => {
    const antiReplay = new AntiReplay({ futureToleranceMs: 1000.5 });
    const dialer = { peerId: peer(1), publicKey: key(1) };
    const check = (ahead: number) => refusal(() => antiReplay.check(dialer, BigInt(NOW + ahead), NOW));
    expect([check(-1), check(1000), check(1001)]).toEqual([
      'accepted',
      'accepted',
      'ERR_NOISE_TIMESTAMP_IN_FUTURE',
    ]);
  });

  it('forgets keys that are no longer trusted, and keeps the others [D-38]', () => {
    const antiReplay = new AntiReplay({ futureToleranceMs: 1000 });
    const trusted = trusting([peer(1), [key(1), key(2)]], [peer(2), [key(3)]]);
    for (const n of [1, 2, 3]) {
      antiReplay.store({ peerId: peer(n === 3 ? 2 : 1), publicKey: key(n) }, 9n, trusted);
    }
    expect(antiReplay.size).toBe(3);
    // Peer 1 rotated key 1 away, peer 2 left, peer 3 came.
    const later = trusting([peer(1), [key(2)]], [peer(3), [key(4)]]);
    antiReplay.store({ peerId: peer(3), publicKey: key(4) }, 9n, later);
    expect(antiReplay.size).toBe(2);
    expect(refusal(() => antiReplay.check({ peerId: peer(1), publicKey: key(2) }, 9n, NOW))).toBe(
      'ERR_NOISE_SERVER_REPLAY_DETECTED',
    );
    expect(refusal(() => antiReplay.check({ peerId: peer(1), publicKey: key(1) }, 9n, NOW))).toBe('accepted');
  });

  it('never remembers more keys than are trusted, plus one [D-38]', () => {
    const antiReplay = new AntiReplay({ futureToleranceMs: 1000 });
    for (let n = 1; n <= 1000; n++) {
      antiReplay.store({ peerId: peer(1), publicKey: key(n) }, 9n, trusting([peer(1), [key(n)]]));
      expect(antiReplay.size).toBe(1);
    }
  });

  it('writes a timestamp as 8 bytes, little endian [C-125]', () => {
    const payload = encodeTimestamp(1_626_888_387_000n);
    expect([...payload]).toEqual([0xb8, 0xb9, 0x1a, 0xca, 0x7a, 0x01, 0, 0]);
    expect(decodeTimestamp(payload)).toBe(1_626_888_387_000n);
    expect(decodeTimestamp(new Uint8Array(8).fill(0xff))).toBe(2n ** 64n - 1n);
  });
});
