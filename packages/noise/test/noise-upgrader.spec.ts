import { createMemorySocketPair } from '@diemnet/memsocket';
import { SocketProbe, faultySocket } from '@diemnet/netcore/testing';
import { IkInitiator, IkResponder, NoiseUpgrader, generateKeyPair, type CryptoBackend } from '@diemnet/noise';
import { testIdentity } from '@diemnet/noise/testing';
import {
  SocketReader,
  TrustedPeers,
  VALIDATOR_NETWORK,
  ZERO_PEER_ID,
  bytesToHex,
  peerIdFromHex,
  peerIdFromPublicKey,
  peerIdToBytes,
  publicKeyToBytes,
  systemRng,
  type NetworkAddress,
  type PeerId,
} from '@diemnet/types';
import { MockTime, seededRng, settle } from '@diemnet/types/testing';
import { BACKENDS } from './support/backends.js';
import { concat, pattern } from './support/bytes.js';
import { brokenRng } from './support/fixed-rng.js';
import { CountingSocket, HandshakeHarness, outcome } from './support/handshakes.js';
import { LOW_ORDER_KEYS } from './support/low-order-keys.js';

const STRANGER = peerIdFromHex('11223344556677889900aabbccddeeff');

/** A dialer's 152 bytes with the timestamp of choice. */
function clientMessage(
  { backend, dialerIdentity, listenerIdentity }: HandshakeHarness,
  timestampMs: bigint,
  { peerId = dialerIdentity.peerId, keyPair = dialerIdentity.keyPair } = {},
): Uint8Array {
  const listenerKey = publicKeyToBytes(listenerIdentity.keyPair.publicKey);
  const prologue = concat([peerIdToBytes(peerId), listenerKey]);
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setBigUint64(0, timestampMs, true);
  const initiator = new IkInitiator({
    backend,
    rng: systemRng,
    staticKeys: backend.importKeyPair(keyPair.privateKey.expose()),
    remoteStaticKey: backend.importPublicKey(listenerKey),
    prologue,
  });
  return concat([prologue, initiator.writeMessage1(payload)]);
}

/** Runs a dialer's message with this timestamp against the listener. */
async function dialAt(
  harness: HandshakeHarness,
  timestampMs: bigint,
  identity?: { peerId?: PeerId; keyPair?: ReturnType<typeof generateKeyPair> },
): Promise<string> {
  const { listener, answer } = await harness.sendRaw(clientMessage(harness, timestampMs, identity));
  if ('code' in listener) {
    expect(answer.byteLength).toBe(0);
    return listener.code;
  }
  expect(answer.byteLength).toBe(48);
  return 'accepted';
}

describe.each(BACKENDS)('NoiseUpgrader, %s', (_name, backend) => {
  const mutual = () => new HandshakeHarness(backend, 'mutual');
  const serverOnly = () => new HandshakeHarness(backend, 'maybe-mutual');

  it('authenticates both sides in mutual mode [C-109]', async () => {
    const harness = mutual();
    const { dialer, listener } = await harness.handshake();
    expect(dialer).toMatchObject({ remotePublicKey: harness.listenerKey });
    expect(listener).toMatchObject({
      remotePeerId: harness.dialerIdentity.peerId,
      remotePublicKey: harness.dialerIdentity.keyPair.publicKey,
      role: 'Validator',
    });
    expect(harness.metrics.names()).toEqual([]);
    expect(harness.logger.at('error')).toEqual([]);
    expect(harness.listener.identity).toEqual({
      peerId: harness.listenerIdentity.peerId,
      publicKey: harness.listenerKey,
    });
  });

  it('lets anyone with a derived PeerId in where only the server is authenticated [C-110]', async () => {
    const { dialer, listener } = await serverOnly().handshake();
    expect(dialer).toHaveProperty('socket');
    expect(listener).toMatchObject({ role: 'Unknown' });
  });

  it('puts 152 bytes on the wire, then 48 back, and nothing else [C-111]', async () => {
    const { dialerWrote, listenerWrote } = await mutual().handshake();
    await settle();
    expect([dialerWrote, listenerWrote]).toEqual([[152], [48]]);
  });

  it.each(['mutual', 'maybe-mutual'] as const)('refuses to be dialed by itself, %s [C-112]', async (mode) => {
    const harness = new HandshakeHarness(backend, mode);
    const dialer = harness.upgrader({ identity: harness.listenerIdentity });
    const result = await harness.handshake({ dialer });
    expect(result.listener).toMatchObject({ code: 'ERR_NOISE_SELF_DIAL_DETECTED' });
    expect(result.dialer).toMatchObject({ code: 'ERR_NOISE_CLIENT_READ_FAILED' });
  });

  it('refuses a trusted PeerId with another key [C-113]', async () => {
    const harness = mutual();
    const keyPair = generateKeyPair({ backend });
    const dialer = harness.upgrader({ identity: { peerId: harness.dialerIdentity.peerId, keyPair } });
    const result = await harness.handshake({ dialer });
    expect(result.listener).toMatchObject({
      code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY',
      error: { details: { remotePeerId: harness.dialerIdentity.peerId } },
    });
    expect(result.dialer).toMatchObject({ code: 'ERR_NOISE_CLIENT_READ_FAILED' });
  });

  it('refuses a PeerId that is not trusted [C-114]', async () => {
    const harness = mutual();
    const dialer = harness.upgrader({ identity: testIdentity(9, { backend }) });
    const result = await harness.handshake({ dialer });
    expect(result.listener).toMatchObject({ code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT' });
    expect(result.dialer).toMatchObject({ code: 'ERR_NOISE_CLIENT_READ_FAILED' });
  });

  it('refuses an unknown PeerId that does not derive from its key [C-115] [D-40]', async () => {
    const harness = serverOnly();
    const identity = { ...harness.dialerIdentity, peerId: STRANGER };
    const result = await harness.handshake({ dialer: harness.upgrader({ identity }) });
    expect(result.listener).toMatchObject({ code: 'ERR_NOISE_CLIENT_PEER_ID_MISMATCH' });
    expect(result.dialer).toMatchObject({ code: 'ERR_NOISE_CLIENT_READ_FAILED' });
  });

  it('accepts a trusted PeerId with any of its keys, with its role, in maybe-mutual mode [C-116]', async () => {
    const [first, second] = [generateKeyPair({ backend }), generateKeyPair({ backend })];
    const keys = new Set([first.publicKey, second.publicKey]);
    const trusted = new TrustedPeers(new Map([[STRANGER, { keys, role: 'Downstream' as const }]]));
    const harness = new HandshakeHarness(backend, 'maybe-mutual', trusted);
    for (const keyPair of [first, second]) {
      const dialer = harness.upgrader({ identity: { peerId: STRANGER, keyPair } });
      const { listener } = await harness.handshake({ dialer });
      expect(listener).toMatchObject({ role: 'Downstream', remotePeerId: STRANGER });
    }
  });

  it('refuses a trusted PeerId with another key even if it derives from that [C-117]', async () => {
    const keyPair = generateKeyPair({ backend });
    const peerId = peerIdFromPublicKey(keyPair.publicKey);
    const keys = new Set([generateKeyPair({ backend }).publicKey]);
    const trusted = new TrustedPeers(new Map([[peerId, { keys, role: 'Validator' as const }]]));
    const harness = new HandshakeHarness(backend, 'maybe-mutual', trusted);
    const { listener } = await harness.handshake({
      dialer: harness.upgrader({ identity: { peerId, keyPair } }),
    });
    expect(listener).toMatchObject({ code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY' });
  });

  it('accepts an unknown, derived PeerId in maybe-mutual mode as Unknown [C-118]', async () => {
    const trusted = new TrustedPeers(new Map([testIdentity(3, { backend }).trusted]));
    const harness = new HandshakeHarness(backend, 'maybe-mutual', trusted);
    const { listener } = await harness.handshake();
    expect(listener).toMatchObject({ role: 'Unknown', remotePeerId: harness.dialerIdentity.peerId });
  });

  it('refuses a dialer that expects another key, before any Diffie-Hellman [C-119]', async () => {
    const harness = mutual();
    const { listener, dialer } = await harness.handshake({
      key: testIdentity(5, { backend }).keyPair.publicKey,
    });
    expect(listener).toMatchObject({ code: 'ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY' });
    expect(dialer).toMatchObject({ code: 'ERR_NOISE_CLIENT_READ_FAILED' });
  });

  it.each([
    ['our own PeerId', 'ERR_NOISE_SELF_DIAL_DETECTED'],
    ['another key of ours', 'ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY'],
    ['a PeerId that is not trusted', 'ERR_NOISE_UNAUTHENTICATED_CLIENT'],
  ])('spends no Diffie-Hellman operation on %s, and none on what follows it', async (what, code) => {
    const harness = mutual();
    const dh = jest.fn();
    harness.listener = harness.upgrader({
      identity: harness.listenerIdentity,
      backend: { ...countDh(backend, dh) },
    });
    const { peerId } = what === 'our own PeerId' ? harness.listenerIdentity : harness.dialerIdentity;
    const message = concat([
      peerIdToBytes(what.startsWith('a PeerId') ? STRANGER : peerId),
      what.startsWith('another') ? new Uint8Array(32) : publicKeyToBytes(harness.listenerKey),
      new Uint8Array(104),
    ]);
    const { listener } = await harness.sendRaw(message);
    expect(listener).toMatchObject({ code });
    expect(dh).not.toHaveBeenCalled();
    await harness.handshake();
    expect(dh).toHaveBeenCalled();
  });

  it('accepts a timestamp only above the last one of the key [C-120]', async () => {
    const harness = mutual();
    const results: string[] = [];
    for (const timestamp of [1n, 0n, 1n, 2n]) results.push(await dialAt(harness, timestamp));
    const replay = 'ERR_NOISE_SERVER_REPLAY_DETECTED';
    expect(results).toEqual(['accepted', replay, replay, 'accepted']);
  });

  it('keeps timestamps per key, not per PeerId [C-121]', async () => {
    const second = generateKeyPair({ backend });
    const harness = mutual();
    const { peerId, keyPair } = harness.dialerIdentity;
    harness.trusted.replace(
      new Map([[peerId, { keys: new Set([keyPair.publicKey, second.publicKey]), role: 'Validator' }]]),
    );
    expect(await dialAt(harness, 5n)).toBe('accepted');
    expect(await dialAt(harness, 3n, { peerId, keyPair: second })).toBe('accepted');
    expect(await dialAt(harness, 5n)).toBe('ERR_NOISE_SERVER_REPLAY_DETECTED');
  });

  it('does not look at timestamps in maybe-mutual mode [C-122]', async () => {
    const harness = serverOnly();
    for (const timestamp of [7n, 7n, 2n ** 64n - 1n])
      expect(await dialAt(harness, timestamp)).toBe('accepted');
  });

  it('raises one security event for replays within 15 s, and answers none [C-123]', async () => {
    const harness = mutual();
    const context = { role: 'validator', networkId: VALIDATOR_NETWORK, peerId: ZERO_PEER_ID } as const;
    harness.listener = harness.upgrader({ identity: harness.listenerIdentity, context });
    const remoteAddress = '/memory/1' as NetworkAddress;
    const message = clientMessage(harness, 1n);
    expect((await harness.sendRaw(message)).answer.byteLength).toBe(48);
    for (let i = 0; i < 3; i++) {
      const { listener, answer, socket } = await harness.sendRaw(message, { remoteAddress });
      expect(listener).toMatchObject({ code: 'ERR_NOISE_SERVER_REPLAY_DETECTED' });
      expect(answer.byteLength).toBe(0);
      expect(socket.closed).toBe(true);
    }
    expect(harness.logger.at('error')).toEqual([
      {
        level: 'error',
        message: expect.any(String),
        fields: {
          'security-event': 'noise_handshake',
          network_context: { role: 'validator', network_id: 'Validator', peer_id: ZERO_PEER_ID },
          network_address: '/memory/1',
          connection_origin: 'inbound',
          error: expect.stringContaining(harness.dialerIdentity.peerId),
        },
      },
    ]);
    harness.time.advance(14_999);
    await harness.sendRaw(message);
    expect(harness.logger.at('error')).toHaveLength(1);
    harness.time.advance(1);
    await harness.sendRaw(message);
    expect(harness.logger.at('error')).toHaveLength(2);
    expect(harness.logger.at('error')[1]?.fields).toMatchObject({ suppressed: 3 });
    expect(
      harness.metrics.value('diem_network_noise_handshake_failures', {
        role_type: 'validator',
        network_id: 'Validator',
        peer_id: '00000000',
        direction: 'inbound',
        reason: 'server_replay_detected',
      }),
    ).toBe(5);
  });

  it('stores nothing of a handshake that fails [C-124]', async () => {
    const harness = mutual();
    const { trusted, dialerIdentity } = harness;
    const all = new Map(trusted.entries());
    trusted.replace(new Map([[dialerIdentity.peerId, { keys: new Set(), role: 'Validator' }]]));
    expect(await dialAt(harness, 10n)).toBe('ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY');
    trusted.replace(all);
    const forged = clientMessage(harness, 10n);
    forged[150] = (forged[150] as number) ^ 1;
    expect((await harness.sendRaw(forged)).listener).toMatchObject({ code: 'ERR_NOISE_SERVER_PARSE_CLIENT' });
    expect(await dialAt(harness, 5n)).toBe('accepted');
    expect(await dialAt(harness, 6n)).toBe('accepted');
  });

  it.each(['mutual', 'maybe-mutual'] as const)(
    'sends the time in milliseconds since 1970, 8 bytes little endian, %s [C-125]',
    async (mode) => {
      const harness = new HandshakeHarness(backend, mode);
      const [left, right] = createMemorySocketPair();
      void outcome(harness.upgrader().upgradeOutbound(left, harness.listenerKey));
      const message = await new SocketReader(right).readExactly(152);
      const responder = new IkResponder({
        backend,
        rng: systemRng,
        staticKeys: backend.importKeyPair(harness.listenerIdentity.keyPair.privateKey.expose()),
        prologue: message.subarray(0, 48),
      });
      expect(bytesToHex(responder.readMessage1(message.subarray(48)).payload)).toBe(
        // 1626888387000
        'b8b91aca7a010000',
      );
    },
  );

  it('works one byte at a time, and passes on what follows the handshake [C-126]', async () => {
    const harness = mutual();
    const [left, right] = createMemorySocketPair();
    const faults = { chunkSize: 1, reuseChunks: true };
    const sockets = [faultySocket(left, faults), faultySocket(right, faults)] as const;
    const { dialer, listener } = await harness.handshake({ sockets });
    if (!('socket' in dialer) || !('socket' in listener)) throw new TypeError('the handshake failed');
    const [atDialer, atListener] = [new SocketReader(dialer.socket), new SocketReader(listener.socket)];
    dialer.socket.write(pattern(100, 1));
    listener.socket.write(pattern(100, 2));
    expect(await atListener.readExactly(100)).toEqual(pattern(100, 1));
    expect(await atDialer.readExactly(100)).toEqual(pattern(100, 2));
  });

  it('takes frames that come in the same chunk as the last handshake message', async () => {
    const harness = mutual();
    const [left, right] = createMemorySocketPair();
    const joined = new JoiningSocket(right);
    const [dialing, listening] = [
      harness.upgrader().upgradeOutbound(left, harness.listenerKey),
      harness.listener.upgradeInbound(joined),
    ];
    const listener = await listening;
    listener.socket.write(pattern(20, 1));
    listener.socket.flush();
    joined.release();
    const dialer = await dialing;
    expect(await new SocketReader(dialer.socket).readExactly(20)).toEqual(pattern(20, 1));
  });

  it.each([0, 1, 151])('fails when a dialer closes after %i bytes [C-127]', async (sent) => {
    const harness = mutual();
    const { listener, answer } = await harness.sendRaw(clientMessage(harness, 1n).subarray(0, sent));
    expect(listener).toMatchObject({
      code: 'ERR_NOISE_SERVER_READ_FAILED',
      error: { cause: { code: 'ERR_UNEXPECTED_EOF' } },
    });
    expect(answer.byteLength).toBe(0);
  });

  it.each([0, 1, 47])('fails when a listener closes after %i bytes [C-127]', async (sent) => {
    const harness = mutual();
    const [left, right] = createMemorySocketPair();
    const remote = new SocketProbe(right);
    const dialing = outcome(harness.upgrader().upgradeOutbound(left, harness.listenerKey));
    await remote.untilBytes(152);
    right.write(pattern(sent, 1));
    right.end();
    expect(await dialing).toMatchObject({ code: 'ERR_NOISE_CLIENT_READ_FAILED' });
    expect(left.closed).toBe(true);
  });

  it('refuses random bytes and messages of the other kind, as message 1 and 2 [C-128]', async () => {
    const harness = mutual();
    const cleartext = clientMessage(harness, 1n).subarray(0, 48);
    for (let seed = 0; seed < 20; seed++) {
      const noise = seededRng(seed).fill(new Uint8Array(152));
      expect((await harness.sendRaw(noise)).listener).toHaveProperty('code');
      noise.set(cleartext);
      expect((await harness.sendRaw(noise)).listener).toMatchObject({
        code: 'ERR_NOISE_SERVER_PARSE_CLIENT',
      });
    }
    const message2 = pattern(48, 1);
    expect((await harness.sendRaw(message2)).listener).toMatchObject({
      code: 'ERR_NOISE_SERVER_READ_FAILED',
    });

    for (const answer of [seededRng(1).fill(new Uint8Array(48)), clientMessage(harness, 1n)]) {
      const [left, right] = createMemorySocketPair();
      const remote = new SocketProbe(right);
      const dialing = outcome(harness.upgrader().upgradeOutbound(left, harness.listenerKey));
      await remote.untilBytes(152);
      right.write(answer);
      expect(await dialing).toMatchObject({ code: 'ERR_NOISE_CLIENT_FINALIZE_FAILED' });
      expect(left.closed).toBe(true);
    }
  });

  it('asks the trusted set of the moment [C-129]', async () => {
    const harness = mutual();
    const all = new Map(harness.trusted.entries());
    expect((await harness.handshake()).listener).toHaveProperty('socket');
    harness.trusted.replace(new Map());
    expect((await harness.handshake()).listener).toMatchObject({ code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT' });
    harness.time.advance(1);
    harness.trusted.replace(all);
    expect((await harness.handshake()).listener).toHaveProperty('socket');
  });

  it('sends not a single byte when it refuses, for whatever reason [C-130]', async () => {
    const harness = mutual();
    const good = clientMessage(harness, 5n);
    const changed = (at: number) => good.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const self = clientMessage(harness, 5n, { peerId: harness.listenerIdentity.peerId });
    const otherKey = clientMessage(harness, 5n, { keyPair: generateKeyPair({ backend }) });
    await harness.sendRaw(good);
    const codes: string[] = [];
    for (const message of [
      good.subarray(0, 100),
      self,
      changed(20),
      changed(0),
      changed(60),
      otherKey,
      good,
    ]) {
      const { listener, answer, socket } = await harness.sendRaw(message);
      codes.push((listener as { code: string }).code);
      expect(answer.byteLength).toBe(0);
      expect(answer.events.filter((event) => event === 'data')).toEqual([]);
      expect(socket.closed).toBe(true);
    }
    expect(codes).toEqual([
      'ERR_NOISE_SERVER_READ_FAILED',
      'ERR_NOISE_SELF_DIAL_DETECTED',
      'ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY',
      'ERR_NOISE_UNAUTHENTICATED_CLIENT',
      'ERR_NOISE_SERVER_PARSE_CLIENT',
      'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY',
      'ERR_NOISE_SERVER_REPLAY_DETECTED',
    ]);
  });

  it('refuses a timestamp far ahead of our clock, which would lock the peer out [D-38]', async () => {
    const harness = mutual();
    const day = 24n * 60n * 60n * 1000n;
    const now = BigInt(harness.time.unixTimeMs());
    expect(await dialAt(harness, now + day + 1n)).toBe('ERR_NOISE_TIMESTAMP_IN_FUTURE');
    expect(await dialAt(harness, 2n ** 64n - 1n)).toBe('ERR_NOISE_TIMESTAMP_IN_FUTURE');
    expect(await dialAt(harness, now)).toBe('accepted');
    expect(await dialAt(harness, now + day)).toBe('accepted');
    expect(harness.logger.at('error')).toEqual([]);

    harness.listener = harness.upgrader({ identity: harness.listenerIdentity, futureToleranceMs: 1000 });
    expect(await dialAt(harness, now + 1001n)).toBe('ERR_NOISE_TIMESTAMP_IN_FUTURE');
    expect(await dialAt(harness, now + 1000n)).toBe('accepted');
  });

  it('dials twice within a millisecond, and after the clock stepped back [D-38]', async () => {
    const harness = mutual();
    const dialer = harness.upgrader();
    for (let i = 0; i < 3; i++) expect((await harness.handshake({ dialer })).dialer).toHaveProperty('socket');
    harness.time.setUnixTimeMs(harness.time.unixTimeMs() - 60_000);
    expect((await harness.handshake({ dialer })).dialer).toHaveProperty('socket');
  });

  it('does not dial an unknown PeerId under a key that it does not derive from [D-40]', async () => {
    const harness = serverOnly();
    const dial = (remotePeerId: PeerId) => {
      const [left] = createMemorySocketPair();
      const socket = new CountingSocket(left);
      const dialing = outcome(
        harness.upgrader().upgradeOutbound(socket, harness.listenerKey, { remotePeerId }),
      );
      return { socket, dialing };
    };
    const refused = dial(STRANGER);
    expect(await refused.dialing).toMatchObject({
      code: 'ERR_NOISE_SERVER_PEER_ID_MISMATCH',
      error: { details: { remotePeerId: STRANGER } },
    });
    expect(refused.socket.written).toEqual([]);
    expect(refused.socket.closed).toBe(true);

    const derived = dial(harness.listenerIdentity.peerId);
    await settle();
    expect(derived.socket.written).toEqual([152]);
    derived.socket.destroy();
    await derived.dialing;

    // Whom discovery knows may have any PeerId, as in the reference.
    harness.trusted.replace(new Map([[STRANGER, { keys: new Set([harness.listenerKey]), role: 'Known' }]]));
    const known = dial(STRANGER);
    await settle();
    expect(known.socket.written).toEqual([152]);
    known.socket.destroy();
    await known.dialing;
  });

  it('refuses to dial a key of low order, or none [D-39]', async () => {
    const harness = mutual();
    const [left] = createMemorySocketPair();
    const socket = new CountingSocket(left);
    expect(
      await outcome(harness.upgrader().upgradeOutbound(socket, LOW_ORDER_KEYS[0] as never)),
    ).toMatchObject({
      code: 'ERR_NOISE_BUILD_CLIENT_MESSAGE_FAILED',
      error: { cause: { code: 'ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED' } },
    });
    expect(await outcome(harness.upgrader().upgradeOutbound(socket, undefined as never))).toMatchObject({
      code: 'ERR_NOISE_MISSING_SERVER_PUBLIC_KEY',
    });
    expect(socket.written).toEqual([]);
  });

  it('fails when message 2 cannot be built or a message cannot be sent', async () => {
    const harness = mutual();
    harness.listener = harness.upgrader({ identity: harness.listenerIdentity, rng: brokenRng });
    expect((await harness.handshake()).listener).toMatchObject({
      code: 'ERR_NOISE_BUILD_SERVER_MESSAGE_FAILED',
    });

    const [left] = createMemorySocketPair();
    left.end();
    expect(await outcome(harness.upgrader().upgradeOutbound(left, harness.listenerKey))).toMatchObject({
      code: 'ERR_NOISE_CLIENT_WRITE_FAILED',
      error: { cause: { code: 'ERR_BROKEN_PIPE' } },
    });

    const other = mutual();
    const [dialed, accepted] = createMemorySocketPair();
    dialed.write(clientMessage(other, 1n));
    const upgrade = outcome(other.listener.upgradeInbound(accepted));
    accepted.end();
    expect(await upgrade).toMatchObject({ code: 'ERR_NOISE_SERVER_WRITE_FAILED' });
  });

  it.each(['before', 'during'])('gives up when its signal aborts %s the handshake', async (when) => {
    const context = { role: 'full_node', networkId: VALIDATOR_NETWORK, peerId: ZERO_PEER_ID } as const;
    const harness = mutual();
    const reason = new RangeError('too slow');
    for (const direction of ['inbound', 'outbound'] as const) {
      const controller = new AbortController();
      const { signal } = controller;
      if (when === 'before') controller.abort(reason);
      const [left, right] = createMemorySocketPair();
      const upgrader = harness.upgrader({ context });
      const upgrade =
        direction === 'inbound'
          ? upgrader.upgradeInbound(left, { signal })
          : upgrader.upgradeOutbound(left, harness.listenerKey, { signal });
      const result = outcome<unknown>(upgrade);
      await settle();
      controller.abort(reason);
      expect(await result).toMatchObject({ error: reason });
      expect(left.closed).toBe(true);
      expect(right.closed).toBe(true);
      expect(
        harness.metrics.value('diem_network_noise_handshake_failures', { direction, reason: 'aborted' }),
      ).toBe(1);
    }
  });

  it('repeats a handshake byte for byte from the same seed', async () => {
    const wire = async () => {
      const harness = mutual();
      harness.listener = harness.upgrader({ identity: harness.listenerIdentity, rng: seededRng(2) });
      const [left, right] = createMemorySocketPair();
      const seen: Uint8Array[] = [];
      const writeMany = right.writeMany.bind(right);
      right.writeMany = (chunks) => (seen.push(...chunks), writeMany(chunks));
      const dialer = harness.upgrader({ rng: seededRng(1) });
      await harness.handshake({ dialer, sockets: [left, right] });
      return bytesToHex(concat(seen));
    };
    const first = await wire();
    expect(first).toHaveLength(96);
    expect(await wire()).toBe(first);
  });

  it('refuses options that make no sense', () => {
    const identity = testIdentity(1, { backend });
    const trustedPeers = new TrustedPeers();
    const build = (options: object) => () =>
      new NoiseUpgrader({
        identity,
        mode: 'mutual',
        trustedPeers,
        backend,
        time: new MockTime(),
        ...options,
      });
    const invalid = expect.objectContaining({ code: 'ERR_NOISE_INVALID_OPTION' });
    expect(build({ mode: 'none' })).toThrow(invalid);
    for (const futureToleranceMs of [-1, Number.NaN]) expect(build({ futureToleranceMs })).toThrow(invalid);
    const { publicKey } = testIdentity(2, { backend }).keyPair;
    const keyPair = { publicKey, privateKey: identity.keyPair.privateKey };
    expect(build({ identity: { ...identity, keyPair } })).toThrow(
      expect.objectContaining({ code: 'ERR_NOISE_KEY_PAIR_MISMATCH' }),
    );
    expect(build({})).not.toThrow();
  });

  it('never puts keys into errors', async () => {
    const harness = mutual();
    const outcomes = [
      await harness.handshake({ key: testIdentity(5, { backend }).keyPair.publicKey }),
      await harness.handshake({ dialer: harness.upgrader({ identity: testIdentity(9, { backend }) }) }),
    ];
    for (const { listener } of outcomes) {
      const text = JSON.stringify((listener as { error: Error }).error);
      expect(text).not.toMatch(/[0-9a-f]{64}/);
    }
  });
});

/** Counts uses of the static key. */
function countDh(backend: CryptoBackend, dh: () => void): CryptoBackend {
  return {
    name: backend.name,
    importKeyPair(privateKey) {
      const pair = backend.importKeyPair(privateKey);
      return {
        publicKey: pair.publicKey,
        dh(remote) {
          dh();
          return pair.dh(remote);
        },
        dispose: () => pair.dispose(),
      };
    },
    importPublicKey: (key) => backend.importPublicKey(key),
    generateKeyPair: (rng) => backend.generateKeyPair(rng),
    hash: (first, second) => backend.hash(first, second),
    hkdf: (chainingKey, input) => backend.hkdf(chainingKey, input),
    seal: (...args) => backend.seal(...args),
    open: (...args) => backend.open(...args),
    createSealer: (key) => backend.createSealer(key),
    createOpener: (key) => backend.createOpener(key),
  };
}

/** Sends everything as one chunk, when told to. */
class JoiningSocket extends CountingSocket {
  readonly #held: Uint8Array[] = [];

  override writeMany(chunks: readonly Uint8Array[]): boolean {
    this.#held.push(...chunks);
    return true;
  }

  release(): void {
    super.writeMany([concat(this.#held)]);
  }
}
