import type { ConnectionEvent } from '@diemnet/peer-manager';
import type { RegisteredApplication } from '@diemnet/network';
import {
  VALIDATOR_NETWORK,
  systemTime,
  type NetworkAddress,
  type Peer,
  type PeerId,
  type X25519KeyPair,
} from '@diemnet/types';
import type { NetworkBuilder } from '../../src/index.js';
import { DIRECT, MemoryHarness, RPC, keys, peerOf } from './memory-harness.js';

const OLD = keys(1);
const NEW = keys(101);
const SELF = peerOf(OLD);

interface Node {
  readonly network: NetworkBuilder;
  readonly application: RegisteredApplication<Uint8Array>;
  readonly events: ConnectionEvent[];
  readonly received: Map<PeerId, number[]>;
}

/** Counters as messages: four bytes. */
const encode = (n: number) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
const decode = (bytes: Uint8Array) => Buffer.from(bytes).readUInt32BE();

class Validators {
  readonly harness: MemoryHarness;
  readonly nodes: Node[] = [];
  readonly pairs: readonly X25519KeyPair[];
  readonly #listen: (i: number) => NetworkAddress;
  readonly #sent = new Map<string, number>();
  readonly #answers: Promise<unknown>[] = [];

  constructor(count: number, harness: MemoryHarness, listen?: (i: number) => NetworkAddress) {
    this.harness = harness;
    this.pairs = Array.from({ length: count }, (_, i) => keys(i + 1));
    this.#listen = listen ?? ((i) => `/memory/${i + 1}` as NetworkAddress);
  }

  async start(): Promise<void> {
    const addresses = new Map<number, NetworkAddress>();
    for (const [i, pair] of this.pairs.entries()) {
      const events: ConnectionEvent[] = [];
      const received = new Map<PeerId, number[]>();
      const { network, application } = await this.harness.start({
        ...this.harness.options(pair, i + 1, {
          network_id: VALIDATOR_NETWORK,
          mutual_authentication: true,
          listen_address: this.#listen(i),
          connectivity_check_interval_ms: 2_000,
        }),
        role: 'validator',
      });
      addresses.set(i, network.listenAddress);
      network.peerManager.subscribe((event) => events.push(event));
      application.events.setHandler({
        onMessage: (message, { remotePeerId }) => {
          const numbers = received.get(remotePeerId) ?? [];
          received.set(remotePeerId, [...numbers, decode(message)]);
        },
        onRpc: (message, responder) => void responder.respond(message),
      });
      this.nodes.push({ network, application, events, received });
    }
    for (let i = 0; i < this.nodes.length; i++) this.publishTo(i);
  }

  /** Tells node `i` the addresses and keys of all of this moment. */
  publishTo(i: number): void {
    const peers = new Map<PeerId, Peer>(
      this.nodes.map(({ network }) => [
        network.context.peerId,
        { addresses: [network.listenAddress], keys: new Set([network.publicKey]), role: 'Validator' },
      ]),
    );
    this.nodes[i]?.network.connectivityManager.updateDiscoveredPeers('OnChainValidatorSet', peers);
  }

  get meshed(): boolean {
    return this.nodes.every(
      ({ network }) => network.connectivityManager.connectedCount === this.nodes.length - 1,
    );
  }

  /** One DirectSend and one request from everyone to everyone. */
  traffic(): void {
    for (const { network, application } of this.nodes) {
      for (const other of this.nodes) {
        if (other.network === network) continue;
        const to = other.network.context.peerId;
        const link = `${network.context.peerId} ${to}`;
        const n = (this.#sent.get(link) ?? 0) + 1;
        application.sender.sendTo(to, DIRECT, encode(n));
        this.#sent.set(link, n);
        this.#answers.push(
          application.sender
            .sendRpc(to, RPC, encode(n), { timeoutMs: 60_000 })
            .then(decode, (error: unknown) => error),
        );
      }
    }
  }

  async expectNothingLost(): Promise<void> {
    for (const { network, received } of this.nodes) {
      for (const other of this.nodes) {
        if (other.network === network) continue;
        const from = other.network.context.peerId;
        const sent = this.#sent.get(`${from} ${network.context.peerId}`) ?? 0;
        const numbers = received.get(from) ?? [];
        expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, n) => n + 1));
      }
    }
    const answers = await Promise.all(this.#answers);
    expect(answers.filter((answer) => typeof answer !== 'number')).toEqual([]);
  }

  /** Everybody else has exactly one connection with the rotated node, under its new key, and never lost it. */
  expectRotated(): void {
    for (const { network, events } of this.nodes) {
      expect(events.filter(({ type }) => type === 'lost-peer')).toEqual([]);
      if (network.context.peerId === SELF) continue;
      expect(network.peerManager.connection(SELF)?.remotePublicKey).toBe(NEW.publicKey);
    }
  }
}

describe('a new identity key while the network runs', () => {
  describe('over memory', () => {
    let harness: MemoryHarness;
    let validators: Validators;
    beforeEach(async () => {
      harness = new MemoryHarness();
      validators = new Validators(5, harness);
      await validators.start();
      await harness.until(() => validators.meshed);
      await harness.pass(2_000);
      for (const node of validators.nodes) node.events.length = 0;
    });
    afterEach(() => harness.stopAll());

    const rotating = () => validators.nodes[0] as Node;

    it('stands under the new key before the old one goes, and loses no message [D-19]', async () => {
      const { network } = rotating();
      const oldAddress = network.listenAddress;
      expect(network.rotateIdentity(NEW, { overlapMs: 30_000 })).toBe(true);
      expect(network.publicKey).toBe(NEW.publicKey);
      expect(network.listenAddress).toBe(oldAddress.replace(OLD.publicKey, NEW.publicKey));
      for (let ms = 0; ms < 20_000; ms += 50) {
        // The others hear of it one after the other.
        if (ms % 2_000 === 1_000) validators.publishTo(ms / 2_000 + 0.5);
        validators.traffic();
        await harness.pass(50);
      }
      await harness.pass(15_000);
      validators.expectRotated();
      await validators.expectNothingLost();
    }, 60_000);

    it('keeps all connections where everyone hears of the new key at once', async () => {
      const { network } = rotating();
      network.rotateIdentity(NEW, { overlapMs: 30_000 });
      for (let i = 1; i < 5; i++) validators.publishTo(i);
      for (let ms = 0; ms < 5_000; ms += 50) {
        validators.traffic();
        await harness.pass(50);
      }
      await harness.pass(10_000);
      validators.expectRotated();
      await validators.expectNothingLost();
    }, 60_000);

    it('answers under the old key during the overlap and not after it', async () => {
      const { network } = rotating();
      const { peerManager } = (validators.nodes[1] as Node).network;
      const oldAddress = network.listenAddress;
      network.rotateIdentity(NEW, { overlapMs: 10_000 });
      await harness.pass(5_000);
      const during = peerManager.dial(SELF, oldAddress, { replace: true });
      await harness.pass();
      await expect(during).resolves.toMatchObject({ remotePublicKey: OLD.publicKey });
      await harness.pass(5_000);
      const after = peerManager.dial(SELF, oldAddress, { replace: true }).catch((error: unknown) => error);
      await harness.pass(1_000);
      await expect(after).resolves.toMatchObject({ code: 'ERR_DIAL_FAILED' });
      expect(harness.logger.events.map(({ message }) => message)).toContain('old identity key dropped');
    });

    it('leaves no timer and no key behind when it is stopped during the overlap', async () => {
      const { network } = rotating();
      network.rotateIdentity(NEW, { overlapMs: 1_000_000 });
      await harness.stopAll();
      expect(harness.time.pendingTimers).toBe(0);
    });

    it('refuses a pair that does not fit, a wrong time, and a network that is not built', async () => {
      const { network } = rotating();
      expect(network.rotateIdentity(OLD)).toBe(false);
      expect(() =>
        network.rotateIdentity({ ...NEW, publicKey: OLD.publicKey.replace(/^./, '0') as never }),
      ).toThrow(expect.objectContaining({ code: 'ERR_NOISE_KEY_PAIR_MISMATCH' }));
      expect(() => network.rotateIdentity(NEW, { overlapMs: Number.NaN })).toThrow(
        expect.objectContaining({ code: 'ERR_BUILDER_OVERLAP' }),
      );
      expect(network.publicKey).toBe(OLD.publicKey);
      const created = await harness.create(harness.options(keys(9), 9));
      expect(() => created.rotateIdentity(NEW)).toThrow(
        expect.objectContaining({ code: 'ERR_BUILDER_STATE' }),
      );
    });
  });
});

describe('a new identity key over TCP', () => {
  it('stands under the new key before the old one goes, and loses no message [D-19]', async () => {
    const harness = new MemoryHarness();
    const real = { ...harness, time: systemTime } as unknown as MemoryHarness;
    Object.setPrototypeOf(real, MemoryHarness.prototype);
    const validators = new Validators(3, real, () => '/ip4/127.0.0.1/tcp/0' as NetworkAddress);
    try {
      await validators.start();
      await eventually(() => validators.meshed);
      for (const node of validators.nodes) node.events.length = 0;
      const traffic = setInterval(() => validators.traffic(), 5);
      try {
        (validators.nodes[0] as Node).network.rotateIdentity(NEW, { overlapMs: 5_000 });
        validators.publishTo(1);
        validators.publishTo(2);
        const rotated = ({ network }: Node) =>
          network.peerManager.connection(SELF)?.remotePublicKey === NEW.publicKey;
        await eventually(() => validators.nodes.slice(1).every(rotated));
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      } finally {
        clearInterval(traffic);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
      validators.expectRotated();
      await validators.expectNothingLost();
    } finally {
      await Promise.all(validators.nodes.map(({ network }) => network.stop({ graceMs: 0 })));
    }
  }, 60_000);
});

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(condition()).toBe(true);
}
