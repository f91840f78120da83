import { createMemorySocketPair, type MemorySocket } from '@diemnet/memsocket';
import { SocketProbe } from '@diemnet/netcore/testing';
import { NoiseUpgrader, type CryptoBackend, type NoiseStream } from '@diemnet/noise';
import {
  TrustedPeers,
  X25519PrivateKey,
  bytesToHex,
  hexToBytes,
  peerIdFromHex,
  publicKeyFromHex,
} from '@diemnet/types';
import { MockTime, settle } from '@diemnet/types/testing';
import { BACKENDS } from './support/backends.js';
import { concat } from './support/bytes.js';
import { fixedRng } from './support/fixed-rng.js';
import { CONNECTION_VECTORS, type ConnectionVector } from './support/vectors.js';

/** wire format 18: the keys of the cacophony vector in DiemNet's shape. */
const WIRE_18 = {
  client: {
    static_private: 'e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1',
    static_public: '6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a',
    ephemeral_private: '893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a',
    peer_id: '3e6df9eea6ed269eb41d93c22757b75a',
  },
  server: {
    static_private: '4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893',
    static_public: '31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62',
    ephemeral_private: 'bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b',
    peer_id: 'ed0fbe48656dcf4767e4834f701b8f62',
  },
  timestamp_ms: '1626888387000',
  message1:
    '3e6df9eea6ed269eb41d93c22757b75a' +
    '31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62' +
    'ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944' +
    '4e417bc55c7a8166c993356c1be41ef67818a292426f301556c7f26b21d25ddb6abbe5fb5297c38b40766367d0058fbe' +
    'e8df3c7f1aa9d1bc4ff9ef1860dde9531421cf63cea31d0d',
  message2:
    '95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843' + 'f3dd8cd48bf0332c6336aadfdcee57a5',
  handshakeMsg: '0006010001880400',
  clientFrame0: '00182084ddd3ccb13180cd1360093d2f5501e2ce88ae8dbbb3bc',
  serverFrame0: '0018329fe9ca72ff0c89f007aecb868024e4fb28a242bf66b345',
  clientFrame1: '00230df0c2231b10a9c41c3474cc9ca3c6c96793c379ddb30da08ab4ec0546aaf3b34be083',
};

type Party = ConnectionVector['client'];

/** An upgrader whose ephemeral key is the vector's. */
function upgraderOf(
  backend: CryptoBackend,
  party: Party,
  trusted: readonly Party[],
  time: MockTime,
): NoiseUpgrader {
  const keyPair = {
    publicKey: publicKeyFromHex(party.static_public),
    privateKey: X25519PrivateKey.fromHex(party.static_private),
  };
  const peers = trusted.map(
    ({ peer_id, static_public }) =>
      [
        peerIdFromHex(peer_id),
        { keys: new Set([publicKeyFromHex(static_public)]), role: 'Validator' as const },
      ] as const,
  );
  return new NoiseUpgrader({
    identity: { peerId: peerIdFromHex(party.peer_id), keyPair },
    mode: 'mutual',
    trustedPeers: new TrustedPeers(new Map(peers)),
    backend,
    time,
    rng: fixedRng(party.ephemeral_private),
    stream: { autoFlush: false },
  });
}

/** All bytes that `socket` writes, as hex. */
function tap(socket: MemorySocket): () => string {
  const seen: Uint8Array[] = [];
  const writeMany = socket.writeMany.bind(socket);
  const write = socket.write.bind(socket);
  socket.writeMany = (chunks) => (seen.push(...chunks), writeMany(chunks));
  socket.write = (chunk) => (seen.push(chunk), write(chunk));
  return () => bytesToHex(concat(seen));
}

interface Connected {
  readonly client: NoiseStream;
  readonly server: NoiseStream;
  readonly clientWire: () => string;
  readonly serverWire: () => string;
}

async function connect(
  backend: CryptoBackend,
  { client, server, timestamp_ms }: Pick<ConnectionVector, 'client' | 'server' | 'timestamp_ms'>,
): Promise<Connected> {
  const time = new MockTime({ unixTimeMs: Number(timestamp_ms) });
  const [left, right] = createMemorySocketPair();
  const [clientWire, serverWire] = [tap(left), tap(right)];
  const both = [client, server];
  const [dialed, accepted] = await Promise.all([
    upgraderOf(backend, client, both, time).upgradeOutbound(left, publicKeyFromHex(server.static_public)),
    upgraderOf(backend, server, both, time).upgradeInbound(right),
  ]);
  return { client: dialed.socket, server: accepted.socket, clientWire, serverWire };
}

describe.each(BACKENDS)('Noise connections, %s', (_name, backend) => {
  it('replays the test vector of the wire format, section 18, in both roles [C-097]', async () => {
    const { client, server, clientWire, serverWire } = await connect(backend, WIRE_18);
    const [atClient, atServer] = [new SocketProbe(client), new SocketProbe(server)];
    // DirectSend to MempoolDirectSend: "hello world".
    const hello = concat([hexToBytes('0000000f0302000b'), new TextEncoder().encode('hello world')]);
    for (const plaintext of [hexToBytes(WIRE_18.handshakeMsg), hello]) {
      client.write(plaintext);
      client.flush();
    }
    server.write(hexToBytes(WIRE_18.handshakeMsg));
    server.flush();
    await settle();
    expect(clientWire()).toBe(WIRE_18.message1 + WIRE_18.clientFrame0 + WIRE_18.clientFrame1);
    expect(serverWire()).toBe(WIRE_18.message2 + WIRE_18.serverFrame0);
    expect(bytesToHex(atServer.bytes)).toBe(WIRE_18.handshakeMsg + bytesToHex(hello));
    expect(bytesToHex(atClient.bytes)).toBe(WIRE_18.handshakeMsg);
  });

  it.each(CONNECTION_VECTORS.map((vector) => [vector.name, vector] as const))(
    'repeats a whole connection byte for byte: %s',
    async (_case, vector) => {
      const { client, server, clientWire, serverWire } = await connect(backend, vector);
      const [atClient, atServer] = [new SocketProbe(client), new SocketProbe(server)];
      const sent = { client: '', server: '' };
      for (const { from, noise_plaintexts_hex = [] } of vector.steps) {
        const stream = from === 'client' ? client : server;
        for (const plaintext of noise_plaintexts_hex) {
          stream.write(hexToBytes(plaintext));
          stream.flush();
          sent[from] += plaintext;
        }
      }
      await settle();
      expect(clientWire()).toBe(vector.client_to_server_hex);
      expect(serverWire()).toBe(vector.server_to_client_hex);
      expect(bytesToHex(atServer.bytes)).toBe(sent.client);
      expect(bytesToHex(atClient.bytes)).toBe(sent.server);
    },
  );
});
