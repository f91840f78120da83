import fc from 'fast-check';
import type { ConnectionMetadata } from '@diemnet/transport';
import type { Peer, PeerId, PeerRole } from '@diemnet/types';
import type { DiscoverySource } from '../src/index.js';
import { Harness, OUR_PEER_ID, address, key, peer, says, type RequestedDial } from './harness.js';

/** In order of priority. */
const SOURCES = ['OnChainValidatorSet', 'File', 'Config'] as const satisfies readonly DiscoverySource[];
const NUMBERS = [1, 2, 3, 4, 5];
const roleOf = (n: number): PeerRole => (n === 5 ? 'ValidatorFullNode' : 'Validator');

interface Claim {
  readonly keys: readonly number[];
  readonly addresses: readonly number[];
  readonly role: PeerRole;
}

/** What each source says, and who is connected. The rest follows. */
class Model {
  readonly said = new Map<DiscoverySource, ReadonlyMap<number, Claim>>();
  readonly connected = new Map<number, ConnectionMetadata>();

  claims(n: number): Claim[] {
    return SOURCES.flatMap((source) => this.said.get(source)?.get(n) ?? []);
  }

  /** Keys that sources list, and with them those in addresses. */
  keys(n: number): Set<string> {
    const claims = this.claims(n);
    if (claims.every(({ keys }) => keys.length === 0)) return new Set();
    return new Set(claims.flatMap(({ keys, addresses }) => [...keys, ...addresses].map(key)));
  }

  role(n: number): PeerRole {
    const roles = this.claims(n).map(({ role }) => role);
    if (roles.includes('PreferredUpstream')) return 'PreferredUpstream';
    return roles.find((role) => role !== 'Unknown') ?? 'Unknown';
  }

  /** On the validator network, validators dial validators. */
  wanted(): number[] {
    return NUMBERS.filter(
      (n) =>
        this.keys(n).size > 0 &&
        this.role(n) === 'Validator' &&
        this.claims(n).some(({ addresses }) => addresses.length > 0) &&
        !this.connected.has(n),
    );
  }
}

interface Real {
  readonly harness: Harness;
  /** Dials that PeerManager was asked for and that have not ended. */
  readonly underway: Map<number, RequestedDial>;
}

const numberOf = (peerId: PeerId) => Number.parseInt(peerId, 16);

async function compare(model: Model, { harness, underway }: Real): Promise<void> {
  const trusted = Object.fromEntries(
    NUMBERS.flatMap((n) => {
      const entry = harness.trusted.get(peer(n));
      return entry === undefined ? [] : [[n, { role: entry.role, keys: [...entry.keys].sort() }]];
    }),
  );
  const expected = Object.fromEntries(
    NUMBERS.filter((n) => model.keys(n).size > 0).map((n) => [
      n,
      { role: model.role(n), keys: [...model.keys(n)].sort() },
    ]),
  );
  expect(trusted).toEqual(expected);

  // Missing connections are dialed at the next look, at the latest.
  await harness.tick();
  const wanted = model.wanted();
  for (const [n, dial] of [...underway]) if (dial.signal?.aborted) underway.delete(n);
  // A dial that PeerManager works on goes on when the peer comes to us first: the tie-break decides then.
  const overtaken = [...underway.keys()].filter((n) => model.connected.has(n));
  expect(harness.manager.dialQueueSize).toBe(wanted.length + overtaken.length);
  for (const dial of harness.dials.splice(0)) {
    const n = numberOf(dial.peerId);
    expect(dial.peerId).not.toBe(OUR_PEER_ID);
    if (dial.signal?.aborted) continue;
    expect(wanted).toContain(n);
    expect(model.claims(n).flatMap(({ addresses }) => addresses.map((port) => address(port)))).toContain(
      dial.address,
    );
    // One dial per peer at a time.
    expect(underway.get(n)?.signal?.aborted ?? true).toBe(true);
    underway.set(n, dial);
  }
  for (const [n, dial] of [...underway]) if (dial.signal?.aborted) underway.delete(n);
  for (const n of underway.keys()) expect(wanted.includes(n) || model.connected.has(n)).toBe(true);

  // What is connected and should not be is asked to go, and goes.
  for (const request of harness.disconnects.splice(0)) {
    const n = numberOf(request.peerId);
    const metadata = model.connected.get(n) as ConnectionMetadata;
    expect(model.keys(n).has(metadata.remotePublicKey)).toBe(false);
    model.connected.delete(n);
    await harness.injectLostPeer(metadata);
    request.succeed();
  }
  await harness.advance(0);
  for (const [n, { remotePublicKey }] of model.connected) expect(model.keys(n)).toContain(remotePublicKey);
  expect(harness.manager.connectedCount).toBe(model.connected.size);
}

class Update implements fc.AsyncCommand<Model, Real> {
  readonly source: DiscoverySource;
  readonly set: ReadonlyMap<number, Claim>;

  constructor(source: DiscoverySource, set: ReadonlyMap<number, Claim>) {
    this.source = source;
    this.set = set;
  }

  /** A change of keys under a connection begins a rotation, which has tests of its own. */
  check(model: Readonly<Model>): boolean {
    const after = new Model();
    for (const [source, set] of model.said) after.said.set(source, set);
    after.said.set(this.source, this.set);
    return [...model.connected].every(([n, { remotePublicKey }]) => {
      const keys = after.keys(n);
      return keys.size === 0 || keys.has(remotePublicKey);
    });
  }

  async run(model: Model, real: Real): Promise<void> {
    model.said.set(this.source, this.set);
    const peers = new Map<PeerId, Peer>(
      [...this.set].map(([n, { keys, addresses, role }]) => [
        peer(n),
        says({ keys: keys.map(key), addresses: addresses.map((port) => address(port)), role }),
      ]),
    );
    real.harness.update(peers, this.source);
    await compare(model, real);
  }

  toString(): string {
    return `${this.source} says ${JSON.stringify([...this.set])}`;
  }
}

class EndDial implements fc.AsyncCommand<Model, Real> {
  readonly n: number;
  readonly succeeds: boolean;

  constructor(n: number, succeeds: boolean) {
    this.n = n;
    this.succeeds = succeeds;
  }

  check = () => true;

  async run(model: Model, real: Real): Promise<void> {
    const dial = real.underway.get(this.n);
    real.underway.delete(this.n);
    const existing = model.connected.get(this.n);
    if (dial !== undefined && this.succeeds && existing !== undefined) {
      // The tie went to the connection that stands.
      dial.succeed(existing);
      await real.harness.advance(0);
    } else if (dial !== undefined && this.succeeds) {
      model.connected.set(this.n, await real.harness.connect(dial));
    } else if (dial !== undefined) {
      dial.fail();
      await real.harness.advance(0);
    }
    await compare(model, real);
  }

  toString(): string {
    return `dial to ${this.n} ${this.succeeds ? 'succeeds' : 'fails'}`;
  }
}

class Inbound implements fc.AsyncCommand<Model, Real> {
  readonly n: number;

  constructor(n: number) {
    this.n = n;
  }

  check(model: Readonly<Model>): boolean {
    return !model.connected.has(this.n);
  }

  async run(model: Model, real: Real): Promise<void> {
    const [remotePublicKey = key(this.n)] = real.harness.trusted.get(peer(this.n))?.keys ?? [];
    const metadata = await real.harness.injectNewPeer(peer(this.n), { origin: 'inbound', remotePublicKey });
    model.connected.set(this.n, metadata);
    await compare(model, real);
  }

  toString(): string {
    return `${this.n} dials us`;
  }
}

class Lost implements fc.AsyncCommand<Model, Real> {
  readonly n: number;

  constructor(n: number) {
    this.n = n;
  }

  check(model: Readonly<Model>): boolean {
    return model.connected.has(this.n);
  }

  async run(model: Model, real: Real): Promise<void> {
    const metadata = model.connected.get(this.n) as ConnectionMetadata;
    model.connected.delete(this.n);
    await real.harness.injectLostPeer(metadata);
    await compare(model, real);
  }

  toString(): string {
    return `${this.n} is lost`;
  }
}

describe('ConnectivityManager against a model', () => {
  it('trusts, dials and closes what follows from what the sources say', async () => {
    const number = fc.constantFrom(...NUMBERS);
    const ports = fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
    const claim = fc.record({
      keys: ports,
      addresses: ports,
    });
    const set = fc
      .uniqueArray(fc.tuple(number, claim), { selector: ([n]) => n, maxLength: 5 })

      // A dial to a peer that stops being ours to dial is not taken back, so roles stay what they are.
      .map(
        (entries) => new Map(entries.map(([n, said]): [number, Claim] => [n, { ...said, role: roleOf(n) }])),
      );
    const commands = fc.commands(
      [
        fc.tuple(fc.constantFrom(...SOURCES), set).map(([source, said]) => new Update(source, said)),
        fc.tuple(number, fc.boolean()).map(([n, succeeds]) => new EndDial(n, succeeds)),
        number.map((n) => new Inbound(n)),
        number.map((n) => new Lost(n)),
      ],
      { maxCommands: 40, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (run) => {
        const harness = new Harness({ mutualAuthentication: true });
        await harness.start();
        await fc.asyncModelRun(() => ({ model: new Model(), real: { harness, underway: new Map() } }), run);
        await harness.manager.stop();
        expect(harness.time.pendingTimers).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
