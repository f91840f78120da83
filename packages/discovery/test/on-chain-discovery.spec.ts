import {
  decodeEncryptedNetworkAddressList,
  encodeNetworkAddressList,
  MemoryAddressKeyStore,
  NetworkAddressEncryptor,
  testAddressKeys,
  type AddressKeys,
} from '@diemnet/network-address';
import { PUBLIC_NETWORK, VALIDATOR_NETWORK, type NetworkId, type WaitOptions } from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger, settle } from '@diemnet/types/testing';
import { OnChainDiscovery, type OnChainDiscoveryOptions } from '../src/index.js';
import {
  address,
  context,
  encryptedList,
  OUR_KEY,
  OUR_PEER_ID,
  peerId,
  publicKey,
  PushSource,
  RecordingReceiver,
  reencoded,
  setOf,
  validatorInfo,
} from './stubs.js';

const COUNTS = 'diem_simple_onchain_discovery_counts';
const MISMATCH = 'diem_network_key_mismatch';
const LABELS = { role_type: 'validator', network_id: 'Validator', peer_id: '11111111' };
const [A, B, C] = [peerId('a'), peerId('b'), peerId('c')];
const GARBAGE = Uint8Array.of(0xff);

interface HarnessOptions extends OnChainDiscoveryOptions {
  networkId?: NetworkId;
  encryptor?: { keys(options?: WaitOptions): Promise<AddressKeys> };
}

function harness({ networkId = VALIDATOR_NETWORK, encryptor, ...options }: HarnessOptions = {}) {
  const time = new MockTime();
  const logger = new RecordingLogger();
  const metrics = new MemoryMetrics();
  const connectivityManager = new RecordingReceiver();
  const source = new PushSource();
  const discovery = new OnChainDiscovery(
    {
      connectivityManager,
      context: context(networkId),
      publicKey: OUR_KEY,
      reconfigurations: source,
      encryptor:
        encryptor ?? new NetworkAddressEncryptor({ store: new MemoryAddressKeyStore(testAddressKeys()) }),
      time,
      logger,
      metrics,
    },
    options,
  );
  discovery.start();
  return {
    time,
    logger,
    metrics,
    connectivityManager,
    source,
    discovery,
    count: (metric: string) => metrics.value(COUNTS, { metric }),
    async reconfigure(payload: Uint8Array) {
      source.push(payload);
      await settle();
    },
  };
}

/** An encryptor whose key store answers when told to. */
function heldEncryptor() {
  const waiting: ((keys: AddressKeys | Error) => void)[] = [];
  return {
    waiting,
    keys: () =>
      new Promise<AddressKeys>((resolve, reject) => {
        waiting.push((keys) => (keys instanceof Error ? reject(keys) : resolve(keys)));
      }),
  };
}

describe('OnChainDiscovery', () => {
  it('tells when the chain lists us with another key than ours [C-371]', async () => {
    const { metrics, logger, reconfigure } = harness();
    await reconfigure(setOf(validatorInfo(OUR_PEER_ID, { validator: [address('2')] })));
    expect(metrics.value(MISMATCH, LABELS)).toBe(1);
    expect(logger.at('error')).toMatchObject([
      {
        fields: {
          network_context: { role: 'validator', network_id: 'Validator', peer_id: OUR_PEER_ID },
          discovery_source: 'OnChainValidatorSet',
        },
      },
    ]);
  });

  it('tells when the mismatch is over, or we are not listed [C-372]', async () => {
    const { metrics, reconfigure } = harness();
    const wrong = setOf(validatorInfo(OUR_PEER_ID, { validator: [address('2')] }));
    await reconfigure(wrong);
    await reconfigure(setOf(validatorInfo(OUR_PEER_ID, { validator: [address('2'), address('1')] })));
    expect(metrics.value(MISMATCH, LABELS)).toBe(0);
    await reconfigure(wrong);
    expect(metrics.value(MISMATCH, LABELS)).toBe(1);
    await reconfigure(setOf(validatorInfo(A)));
    expect(metrics.value(MISMATCH, LABELS)).toBe(0);
  });

  it('makes validators of decrypted addresses on the validator network [C-373]', async () => {
    const { connectivityManager, reconfigure } = harness();
    await reconfigure(setOf(validatorInfo(A, { validator: [address('a'), address('c')] }), validatorInfo(B)));
    expect(connectivityManager.updates).toEqual([
      [
        'OnChainValidatorSet',
        new Map([
          [
            A,
            {
              addresses: [address('a'), address('c')],
              keys: new Set([publicKey('a'), publicKey('c')]),
              role: 'Validator',
            },
          ],
          [B, { addresses: [address('a')], keys: new Set([publicKey('a')]), role: 'Validator' }],
        ]),
      ],
    ]);
  });

  it('makes full nodes of full-node addresses on other networks, without a key store [C-374]', async () => {
    const encryptor = { keys: () => Promise.reject(new Error('not to be asked')) };
    const { connectivityManager, reconfigure } = harness({ networkId: PUBLIC_NETWORK, encryptor });
    await reconfigure(setOf(validatorInfo(A, { fullNode: [address('b')] })));
    expect(connectivityManager.last).toEqual(
      new Map([
        [A, { addresses: [address('b')], keys: new Set([publicKey('b')]), role: 'ValidatorFullNode' }],
      ]),
    );
  });

  describe('when a validator is unreadable', () => {
    it('counts and warns, and leaves the others alone [C-375]', async () => {
      const { connectivityManager, logger, count, reconfigure } = harness();
      await reconfigure(
        setOf(
          validatorInfo(A, { validator: GARBAGE }),
          validatorInfo(B),
          validatorInfo(C, { validator: encryptedList(B, [address('c')]) }),
        ),
      );
      expect(count('read_failure')).toBe(2);
      expect(logger.at('warn').map(({ fields }) => fields['remote_peer'])).toEqual([
        A.toUpperCase(),
        C.toUpperCase(),
      ]);
      expect(connectivityManager.last?.get(A)).toEqual({ addresses: [], keys: new Set(), role: 'Validator' });
      expect(connectivityManager.last?.get(B)?.addresses).toEqual([address('a')]);
      expect(connectivityManager.last?.get(C)?.addresses).toEqual([]);
    });

    it('keeps its last good addresses for the grace period, counted from the failure [C-375] [D-26]', async () => {
      const { connectivityManager, time, count, reconfigure } = harness({ graceMs: 60_000 });
      await reconfigure(setOf(validatorInfo(A), validatorInfo(B)));
      await time.advanceAsync(1_000_000);
      await reconfigure(setOf(validatorInfo(A, { validator: GARBAGE }), validatorInfo(B)));
      expect(count('read_failure')).toBe(1);
      expect(connectivityManager.last?.get(A)?.addresses).toEqual([address('a')]);
      expect(connectivityManager.last?.get(A)?.keys).toEqual(new Set([publicKey('a')]));
      await time.advanceAsync(30_000);
      await reconfigure(setOf(validatorInfo(A, { validator: GARBAGE })));
      expect(connectivityManager.last?.get(A)?.addresses).toEqual([address('a')]);
      await time.advanceAsync(29_999);
      expect(connectivityManager.last?.get(A)?.addresses).toEqual([address('a')]);
      await time.advanceAsync(1);
      expect(connectivityManager.last?.get(A)).toEqual({ addresses: [], keys: new Set(), role: 'Validator' });
      expect(time.pendingTimers).toBe(0);
    });

    it('begins a new grace period after a readable list, and forgets who left [D-26]', async () => {
      const { connectivityManager, time, reconfigure } = harness({ graceMs: 60_000 });
      const broken = setOf(validatorInfo(A, { validator: GARBAGE }));
      await reconfigure(setOf(validatorInfo(A)));
      await reconfigure(broken);
      await time.advanceAsync(59_000);
      await reconfigure(setOf(validatorInfo(A, { validator: [address('c')] })));
      await reconfigure(broken);
      await time.advanceAsync(59_000);
      expect(connectivityManager.last?.get(A)?.addresses).toEqual([address('c')]);
      await reconfigure(setOf());
      await reconfigure(broken);
      expect(connectivityManager.last?.get(A)?.addresses).toEqual([]);
    });

    it('takes an empty list at its word', async () => {
      const { connectivityManager, count, reconfigure } = harness();
      await reconfigure(setOf(validatorInfo(A)));
      await reconfigure(setOf(validatorInfo(A, { validator: [] })));
      expect(connectivityManager.last?.get(A)?.addresses).toEqual([]);
      expect(count('read_failure')).toBe(0);
    });
  });

  it('keeps the good addresses of a validator with a bad one [C-376] [D-26]', async () => {
    const { connectivityManager, logger, count, reconfigure } = harness();
    const list = decodeEncryptedNetworkAddressList(
      encryptedList(A, [address('a', 1), address('a', 2), address('a', 3)]),
    );
    const damaged = list.map((entry, i) => (i === 1 ? { ...entry, keyVersion: 9 } : entry));
    await reconfigure(setOf(validatorInfo(A, { validator: reencoded(damaged) })));
    expect(connectivityManager.last?.get(A)?.addresses).toEqual([address('a', 1), address('a', 3)]);
    expect(count('read_failure')).toBe(1);
    expect(logger.at('warn')).toMatchObject([{ fields: { readable: 2, unreadable: 1 } }]);
  });

  it('keeps the good full-node addresses next to one of an unknown protocol [C-376] [D-26]', async () => {
    const { connectivityManager, count, reconfigure } = harness({ networkId: PUBLIC_NETWORK });
    const list = encodeNetworkAddressList([address('b')]);
    const withUnknown = Uint8Array.of(2, 3, 1, 9, 0, ...list.subarray(1));
    await reconfigure(setOf(validatorInfo(A, { fullNode: withUnknown })));
    expect(connectivityManager.last?.get(A)?.addresses).toEqual([address('b')]);
    expect(count('read_failure')).toBe(1);
  });

  it('reads only the newest of the reconfigurations that wait [C-377]', async () => {
    const encryptor = heldEncryptor();
    const { connectivityManager, count, reconfigure } = harness({ encryptor });
    await reconfigure(setOf(validatorInfo(A)));
    await reconfigure(setOf(validatorInfo(A), validatorInfo(B)));
    await reconfigure(setOf(validatorInfo(C)));
    encryptor.waiting.shift()?.(testAddressKeys());
    await settle();
    encryptor.waiting.shift()?.(testAddressKeys());
    await settle();
    expect(encryptor.waiting).toHaveLength(0);
    expect(connectivityManager.updates.map(([, peers]) => [...peers.keys()])).toEqual([[A], [C]]);
    expect(count('new_nodes')).toBe(2);
  });

  it('logs a malformed payload and keeps the last state [C-378] [D-02]', async () => {
    const { connectivityManager, logger, count, reconfigure } = harness();
    await reconfigure(setOf(validatorInfo(A)));
    for (const payload of [
      new Uint8Array(0),
      GARBAGE,
      Uint8Array.of(0, 5),
      undefined as unknown as Uint8Array,
    ]) {
      await reconfigure(payload);
    }
    expect(logger.at('error')).toHaveLength(4);
    expect(connectivityManager.updates).toHaveLength(1);
    expect(count('new_nodes')).toBe(1);
    await reconfigure(setOf(validatorInfo(B)));
    expect([...(connectivityManager.last?.keys() ?? [])]).toEqual([B]);
  });

  it('does not lose an update that the receiver refuses [C-379] [D-25]', async () => {
    const { connectivityManager, time, count, logger, reconfigure } = harness({ retryDelayMs: 1000 });
    connectivityManager.refusals = 2;
    await reconfigure(setOf(validatorInfo(A)));
    expect(count('send_failure')).toBe(1);
    expect(connectivityManager.updates).toHaveLength(0);
    await time.advanceAsync(1000);
    expect(count('send_failure')).toBe(2);
    await time.advanceAsync(1000);
    expect([...(connectivityManager.last?.keys() ?? [])]).toEqual([A]);
    expect(logger.at('warn')).toHaveLength(2);
    await time.advanceAsync(10_000);
    expect(connectivityManager.updates).toHaveLength(1);
    expect(time.pendingTimers).toBe(0);
  });

  it('offers the newer update instead of a refused one [C-379]', async () => {
    const { connectivityManager, time, reconfigure } = harness({ retryDelayMs: 1000 });
    connectivityManager.refusals = 1;
    await reconfigure(setOf(validatorInfo(A)));
    await reconfigure(setOf(validatorInfo(B)));
    await time.advanceAsync(5000);
    expect(connectivityManager.updates.map(([, peers]) => [...peers.keys()])).toEqual([[B]]);
  });

  it('sends again what it sent before the one that was refused', async () => {
    const { connectivityManager, reconfigure } = harness();
    await reconfigure(setOf(validatorInfo(A)));
    connectivityManager.refusals = 1;
    await reconfigure(setOf(validatorInfo(B)));
    await reconfigure(setOf(validatorInfo(A)));
    expect(connectivityManager.updates.map(([, peers]) => [...peers.keys()])).toEqual([[A], [A]]);
  });

  it('counts the nodes of each set, and the time it takes [C-380]', async () => {
    const { connectivityManager, count, metrics, reconfigure } = harness();
    await reconfigure(setOf(validatorInfo(A), validatorInfo(B)));
    await reconfigure(setOf(validatorInfo(A), validatorInfo(B)));
    expect(count('new_nodes')).toBe(4);
    expect(metrics.value(COUNTS, { ...LABELS, metric: 'new_nodes' })).toBe(4);
    expect(
      metrics.observations('simple_onchain_discovery_event_processing_loop_busy_duration_s'),
    ).toHaveLength(2);
    expect(connectivityManager.updates).toHaveLength(1);
  });

  it('tries again when the key store fails, unless a newer set came [D-02]', async () => {
    const encryptor = heldEncryptor();
    const { connectivityManager, time, logger, reconfigure } = harness({ encryptor, retryDelayMs: 1000 });
    await reconfigure(setOf(validatorInfo(A)));
    encryptor.waiting.shift()?.(new Error('sealed'));
    await settle();
    expect(logger.at('error')).toHaveLength(1);
    await reconfigure(GARBAGE);
    await time.advanceAsync(1000);
    encryptor.waiting.shift()?.(testAddressKeys());
    await settle();
    expect([...(connectivityManager.last?.keys() ?? [])]).toEqual([A]);

    await reconfigure(setOf(validatorInfo(B)));
    encryptor.waiting.shift()?.(new Error('sealed'));
    await settle();
    await reconfigure(setOf(validatorInfo(C)));
    encryptor.waiting.shift()?.(testAddressKeys());
    await settle();
    await time.advanceAsync(5000);
    expect(encryptor.waiting).toHaveLength(0);
    expect([...(connectivityManager.last?.keys() ?? [])]).toEqual([C]);
  });

  it('does not wait for ever for a key store', async () => {
    const encryptor = heldEncryptor();
    const { time, logger, reconfigure } = harness({ encryptor, keyStoreTimeoutMs: 2000 });
    await reconfigure(setOf(validatorInfo(A)));
    await time.advanceAsync(2000);
    expect(logger.at('error')).toHaveLength(1);
  });

  it('says so when its source ends or fails, and keeps what it knows', async () => {
    const ended = harness();
    ended.source.end();
    await settle();
    expect(ended.logger.at('warn')).toMatchObject([
      { message: expect.stringContaining('terminated') as string },
    ]);
    const failed = harness();
    await failed.reconfigure(setOf(validatorInfo(A)));
    failed.source.fail(new Error('broken'));
    await settle();
    expect(failed.logger.at('warn')).toMatchObject([{ fields: { error: 'Error: broken' } }]);
    expect(failed.connectivityManager.updates).toHaveLength(1);
  });

  it('stops at any time, twice, and leaves nothing behind', async () => {
    const encryptor = heldEncryptor();
    const { discovery, source, time, connectivityManager, reconfigure } = harness({ encryptor });
    discovery.start();
    await reconfigure(setOf(validatorInfo(A)));
    expect(encryptor.waiting).toHaveLength(1);
    await Promise.all([discovery.stop(), discovery.stop()]);
    expect(source.left).toBe(true);
    expect(time.pendingTimers).toBe(0);
    encryptor.waiting.shift()?.(testAddressKeys());
    await reconfigure(setOf(validatorInfo(B)));
    expect(connectivityManager.updates).toHaveLength(0);
    await discovery[Symbol.asyncDispose]();
    expect(() => discovery.start()).toThrow(expect.objectContaining({ code: 'ERR_DISCOVERY_STOPPED' }));
  });

  it('leaves no timer of a grace period or a refused update', async () => {
    const { discovery, time, connectivityManager, reconfigure } = harness();
    await reconfigure(setOf(validatorInfo(A)));
    connectivityManager.refusals = 1;
    await reconfigure(setOf(validatorInfo(A, { validator: GARBAGE }), validatorInfo(B)));
    expect(time.pendingTimers).toBe(2);
    await discovery.stop();
    expect(time.pendingTimers).toBe(0);
  });

  it('refuses to work on the validator network without an encryptor [D-02]', () => {
    const components = {
      connectivityManager: new RecordingReceiver(),
      publicKey: OUR_KEY,
      reconfigurations: new PushSource(),
    };
    const error = expect.objectContaining({ code: 'ERR_INVALID_DISCOVERY_OPTIONS' }) as Error;
    expect(() => new OnChainDiscovery({ ...components, context: context() })).toThrow(error);
    expect(
      () => new OnChainDiscovery({ ...components, context: context(PUBLIC_NETWORK) }, { retryDelayMs: 0 }),
    ).toThrow(error);
    expect(new OnChainDiscovery({ ...components, context: context(PUBLIC_NETWORK) })).toBeDefined();
  });
});
