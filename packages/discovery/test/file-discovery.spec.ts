import type { PeerSet } from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger, settle } from '@diemnet/types/testing';
import { FileDiscovery, formatPeerSetYaml, type FileDiscoveryOptions } from '../src/index.js';
import { address, context, MemoryFileSystem, peerId, publicKey, RecordingReceiver } from './stubs.js';

const A = peerId('a');
const INTERVAL_MS = 60_000;

const peerSet = (digit: string, addresses = [address(digit)]): PeerSet =>
  new Map([[peerId(digit), { addresses, keys: new Set([publicKey(digit)]), role: 'Known' as const }]]);

function harness(content?: string, options: Partial<FileDiscoveryOptions> = {}) {
  const time = new MockTime();
  const logger = new RecordingLogger();
  const metrics = new MemoryMetrics();
  const fileSystem = new MemoryFileSystem();
  fileSystem.content = content;
  const connectivityManager = new RecordingReceiver();
  const discovery = new FileDiscovery(
    { connectivityManager, context: context(), fileSystem, time, logger, metrics },
    { path: 'peers.yaml', intervalMs: INTERVAL_MS, ...options },
  );
  const begin = async () => {
    discovery.start();
    await settle();
  };
  return { time, logger, metrics, fileSystem, connectivityManager, discovery, begin };
}

describe('FileDiscovery', () => {
  it('reads an empty set at once and a peer at the interval [C-382]', async () => {
    const { begin, connectivityManager, fileSystem, time } = harness('{}');
    await begin();
    expect(connectivityManager.updates).toEqual([['File', new Map()]]);
    fileSystem.content = formatPeerSetYaml(peerSet('a'));
    await time.advanceAsync(INTERVAL_MS - 1);
    expect(connectivityManager.updates).toHaveLength(1);
    await time.advanceAsync(1);
    expect(connectivityManager.updates).toEqual([
      ['File', new Map()],
      ['File', peerSet('a')],
    ]);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['blank', '# nothing yet\n'],
  ])('only warns of a %s file until it is a peer set [C-383] [D-25]', async (_, content) => {
    const { begin, connectivityManager, fileSystem, time, logger } = harness(content);
    await begin();
    await time.advanceAsync(INTERVAL_MS);
    expect(connectivityManager.updates).toHaveLength(0);
    expect(logger.at('warn')).toMatchObject([
      { fields: { path: 'peers.yaml', discovery_source: 'File' } },
      { fields: { path: 'peers.yaml' } },
    ]);
    fileSystem.content = formatPeerSetYaml(peerSet('a'));
    await time.advanceAsync(INTERVAL_MS);
    expect(connectivityManager.last).toEqual(peerSet('a'));
  });

  it.each(['{', '- a list', 'abc: {}', `${A}: {keys: [1]}`, 'a: 1\na: 2', 'x\n---\ny', '\ufffe'])(
    'keeps the last set when the file becomes malformed: %j [C-384] [D-25]',
    async (malformed) => {
      const good = formatPeerSetYaml(peerSet('a'));
      const { begin, connectivityManager, fileSystem, time, logger } = harness(good);
      await begin();
      fileSystem.content = malformed;
      await time.advanceAsync(INTERVAL_MS);
      expect(logger.at('warn')).toHaveLength(1);
      fileSystem.content = good;
      await time.advanceAsync(INTERVAL_MS);
      expect(connectivityManager.updates).toEqual([['File', peerSet('a')]]);
    },
  );

  it('no longer names a peer that was removed from the file [C-385]', async () => {
    const both = new Map([...peerSet('a'), ...peerSet('b')]);
    const { begin, connectivityManager, fileSystem, time } = harness(formatPeerSetYaml(both));
    await begin();
    expect(connectivityManager.last).toEqual(both);
    fileSystem.content = formatPeerSetYaml(peerSet('b'));
    await time.advanceAsync(INTERVAL_MS);
    expect(connectivityManager.last).toEqual(peerSet('b'));
  });

  it('takes missing keys from the addresses and warns of peers without any [C-386] [D-27]', async () => {
    const { begin, connectivityManager, logger } = harness(
      [
        `${peerId('a')}:`,
        `  addresses: ["${address('a')}"]`,
        '  role: Known',
        `${peerId('b')}:`,
        '  addresses: ["/ip4/10.0.0.1/tcp/80"]',
      ].join('\n'),
    );
    await begin();
    expect(connectivityManager.last?.get(peerId('a'))).toEqual(peerSet('a').get(peerId('a')));
    expect(connectivityManager.last?.get(peerId('b'))?.keys.size).toBe(0);
    expect(logger.at('warn')).toMatchObject([{ fields: { peers: [peerId('b').toUpperCase()] } }]);
  });

  it('speaks under a name of its own, next to on-chain discovery [C-387]', async () => {
    const { begin, connectivityManager } = harness(formatPeerSetYaml(peerSet('a')));
    connectivityManager.updateDiscoveredPeers('OnChainValidatorSet', peerSet('b'));
    await begin();
    expect(connectivityManager.updates).toEqual([
      ['OnChainValidatorSet', peerSet('b')],
      ['File', peerSet('a')],
    ]);
  });

  it('sends only what changed, also if the text changed but not its meaning [D-25]', async () => {
    const text = formatPeerSetYaml(peerSet('a'));
    const { begin, connectivityManager, fileSystem, time } = harness(text);
    await begin();
    await time.advanceAsync(3 * INTERVAL_MS);
    fileSystem.content = `# a comment\n${text}`;
    await time.advanceAsync(INTERVAL_MS);
    expect(fileSystem.reads).toBe(5);
    expect(connectivityManager.updates).toHaveLength(1);
  });

  it('tries again when the receiver refuses an update [C-379] [D-25]', async () => {
    const { begin, connectivityManager, metrics, time } = harness('{}', { retryDelayMs: 1000 });
    connectivityManager.refusals = 1;
    await begin();
    expect(
      metrics.value('diem_simple_onchain_discovery_counts', {
        role_type: 'validator',
        network_id: 'Validator',
        peer_id: '11111111',
        metric: 'send_failure',
      }),
    ).toBe(1);
    await time.advanceAsync(1000);
    expect(connectivityManager.updates).toHaveLength(1);
  });

  describe('with a watcher', () => {
    it('reads soon after a change, once for many notices [D-25]', async () => {
      const { begin, connectivityManager, fileSystem, time } = harness('{}');
      await begin();
      fileSystem.change('');
      await time.advanceAsync(50);
      fileSystem.change(formatPeerSetYaml(peerSet('a')));
      await time.advanceAsync(49);
      expect(fileSystem.reads).toBe(1);
      await time.advanceAsync(1);
      expect(fileSystem.reads).toBe(2);
      expect(connectivityManager.last).toEqual(peerSet('a'));
      await time.advanceAsync(1000);
      expect(fileSystem.reads).toBe(2);
    });

    it('reads once more when the file changes while it is read', async () => {
      const { begin, connectivityManager, fileSystem, time } = harness('{}');
      await begin();
      let release = () => {};
      fileSystem.hold = new Promise((resolve) => (release = resolve));
      fileSystem.change('{}');
      await time.advanceAsync(100);
      fileSystem.change(formatPeerSetYaml(peerSet('a')));
      fileSystem.change(formatPeerSetYaml(peerSet('b')));
      await time.advanceAsync(100);
      expect(fileSystem.reads).toBe(2);
      fileSystem.hold = undefined;
      release();
      await settle();
      expect(fileSystem.reads).toBe(3);
      expect(connectivityManager.last).toEqual(peerSet('b'));
    });

    it('goes on at the interval when it fails, and watches again', async () => {
      const { begin, fileSystem, time } = harness('{}');
      fileSystem.watchable = false;
      await begin();
      expect(fileSystem.reads).toBe(1);
      fileSystem.watchable = true;
      await time.advanceAsync(INTERVAL_MS);
      expect(fileSystem.watchers).toHaveLength(1);
      fileSystem.watchers[0]?.onError(new Error('gone'));
      expect(fileSystem.watchers).toHaveLength(0);
      await time.advanceAsync(INTERVAL_MS);
      expect(fileSystem.watchers).toHaveLength(1);
      expect(fileSystem.reads).toBe(3);
    });

    it('can be told not to watch', async () => {
      const { begin, fileSystem } = harness('{}', { watch: false });
      await begin();
      expect(fileSystem.watchers).toHaveLength(0);
    });
  });

  it('gives up on a reading that hangs, and reads again', async () => {
    const { begin, connectivityManager, fileSystem, logger, time } = harness('{}', { readTimeoutMs: 1000 });
    fileSystem.hold = new Promise(() => {});
    await begin();
    await time.advanceAsync(1000);
    expect(logger.at('warn')).toHaveLength(1);
    fileSystem.hold = undefined;
    await time.advanceAsync(INTERVAL_MS);
    expect(connectivityManager.updates).toHaveLength(1);
  });

  it('refuses a file above the limit, and one that is not UTF-8', async () => {
    const { begin, connectivityManager, fileSystem, logger, time } = harness('{}     ', { maxBytes: 5 });
    await begin();
    fileSystem.content = Uint8Array.of(0x7b, 0xff, 0x7d);
    await time.advanceAsync(INTERVAL_MS);
    expect(connectivityManager.updates).toHaveLength(0);
    expect(logger.at('warn').map(({ fields }) => fields['error'])).toEqual([
      expect.stringContaining('too large'),
      expect.stringContaining('not UTF-8'),
    ]);
  });

  it('stops at any time, twice, and leaves no timer and no watcher', async () => {
    const { begin, discovery, fileSystem, time, connectivityManager } = harness('{}');
    await begin();
    discovery.start();
    expect(fileSystem.watchers).toHaveLength(1);
    fileSystem.hold = new Promise(() => {});
    fileSystem.change(formatPeerSetYaml(peerSet('a')));
    await time.advanceAsync(100);
    fileSystem.change(formatPeerSetYaml(peerSet('b')));
    await Promise.all([discovery.stop(), discovery.stop()]);
    expect(fileSystem.watchers).toHaveLength(0);
    expect(time.pendingTimers).toBe(0);
    expect(connectivityManager.updates).toHaveLength(1);
    await discovery[Symbol.asyncDispose]();
    expect(() => discovery.start()).toThrow(expect.objectContaining({ code: 'ERR_DISCOVERY_STOPPED' }));
  });

  it.each([
    { intervalMs: 0 },
    { intervalMs: Number.NaN },
    { maxBytes: 0 },
    { debounceMs: -1 },
    { retryDelayMs: '5' as unknown as number },
  ])('refuses options out of range: %j', (options) => {
    expect(() => harness('{}', options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_DISCOVERY_OPTIONS' }),
    );
  });
});
