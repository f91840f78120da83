import { peerIdFromPublicKey, publicKeyFromHex } from '@diemnet/types';
import { vectors } from './vectors.js';

const { valid } = vectors<{ valid: { public_key: string; peer_id: string }[] }>('peer_id');

it.each(valid.map((vector) => [vector.public_key, vector.peer_id]))(
  'the PeerId of %s is %s [C-093]',
  (publicKey, peerId) => {
    expect(peerIdFromPublicKey(publicKeyFromHex(publicKey))).toBe(peerId);
  },
);
