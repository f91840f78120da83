import { peerIdFromHex } from '@diemnet/types';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakTie } from '../src/tie-break.js';

const vectors = JSON.parse(
  readFileSync(join(__dirname, 'fixtures', 'vectors', 'tie_break.json'), 'utf8'),
) as { valid: Record<'own_peer_id' | 'remote_peer_id' | 'existing' | 'new' | 'drop', string>[] };

const SMALL = peerIdFromHex('00'.repeat(16));
const GREAT = peerIdFromHex('ff'.repeat(16));

describe('breakTie', () => {
  it.each(vectors.valid)(
    'agrees with the vector: own $own_peer_id, remote $remote_peer_id, $existing then $new',
    (vector) => {
      const outcome = breakTie({
        ownPeerId: peerIdFromHex(vector.own_peer_id),
        remotePeerId: peerIdFromHex(vector.remote_peer_id),
        existing: vector.existing as 'inbound' | 'outbound',
        incoming: vector.new as 'inbound' | 'outbound',
      });
      expect(outcome).toBe(vector.drop === 'existing' ? 'keep-new' : 'keep-existing');
    },
  );

  it('keeps the newer of two connections in the same direction', () => {
    for (const direction of ['inbound', 'outbound'] as const) {
      for (const [ownPeerId, remotePeerId] of [
        [SMALL, GREAT],
        [GREAT, SMALL],
      ] as const) {
        expect(breakTie({ ownPeerId, remotePeerId, existing: direction, incoming: direction })).toBe(
          'keep-new',
        );
      }
    }
  });

  it('keeps the connection dialed by the greater PeerId, whichever came first', () => {
    const cases = [
      [GREAT, SMALL, 'inbound', 'outbound', 'keep-new'],
      [GREAT, SMALL, 'outbound', 'inbound', 'keep-existing'],
      [SMALL, GREAT, 'inbound', 'outbound', 'keep-existing'],
      [SMALL, GREAT, 'outbound', 'inbound', 'keep-new'],
    ] as const;
    for (const [ownPeerId, remotePeerId, existing, incoming, expected] of cases) {
      expect(breakTie({ ownPeerId, remotePeerId, existing, incoming })).toBe(expected);
    }
  });

  it('lets both sides keep the same connection, in whichever order each of them learned of the two', () => {
    const id = fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((bytes) => peerIdFromHex(Buffer.from(bytes).toString('hex')));
    fc.assert(
      fc.property(id, id, fc.boolean(), fc.boolean(), (a, b, aSawOwnFirst, bSawOwnFirst) => {
        fc.pre(a !== b);
        const dialerKeptBy = (own: typeof a, remote: typeof a, ownFirst: boolean) => {
          const [existing, incoming] = ownFirst
            ? (['outbound', 'inbound'] as const)
            : (['inbound', 'outbound'] as const);
          const outcome = breakTie({ ownPeerId: own, remotePeerId: remote, existing, incoming });
          const kept = outcome === 'keep-new' ? incoming : existing;
          return kept === 'outbound' ? own : remote;
        };
        expect(dialerKeptBy(a, b, aSawOwnFirst)).toBe(dialerKeptBy(b, a, bSawOwnFirst));
      }),
    );
  });
});
