import fc from 'fast-check';
import { PUBLIC_NETWORK, comparePeerIds, type PeerId } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import type { FakeConnection } from '../src/testing/index.js';
import { fakePeerId } from '../src/testing/index.js';
import { OWN, TARGET, running } from './support/setup.js';

type Origin = 'inbound' | 'outbound';
type Real = Awaited<ReturnType<typeof running>> & { readonly sockets: Map<PeerId, FakeConnection> };

const MAX_UNKNOWN = 2;
/** Two less than our own PeerId and three greater; the odd ones are trusted. */
const PEERS = [2, 3, 9, 11, 12].map(fakePeerId);
const isTrusted = (peerId: PeerId) => Number.parseInt(peerId.slice(-2), 16) % 2 === 1;

/** Who is connected, by whose dial, and what listeners were told. */
class Model {
  readonly active = new Map<PeerId, Origin>();
  readonly events: string[] = [];

  connect(peerId: PeerId, origin: Origin): boolean {
    const existing = this.active.get(peerId);
    if (existing !== undefined) {
      const winner: Origin = comparePeerIds(OWN, peerId) > 0 ? 'outbound' : 'inbound';
      if (existing !== origin && origin !== winner) return false;
      this.active.set(peerId, origin);
      this.events.push(`updated-peer ${peerId}`);
      return true;
    }
    const unknown = [...this.active].filter(([id, from]) => from === 'inbound' && !isTrusted(id)).length;
    if (origin === 'inbound' && !isTrusted(peerId) && unknown >= MAX_UNKNOWN) return false;
    this.active.set(peerId, origin);
    this.events.push(`new-peer ${peerId}`);
    return true;
  }

  lose(peerId: PeerId, reason: string): void {
    this.active.delete(peerId);
    this.events.push(`lost-peer ${peerId} ${reason}`);
  }
}

function compare(model: Model, { peerManager, events, metrics }: Real): void {
  const active = [...peerManager.connections()].map(
    ({ remotePeerId, origin }) => `${remotePeerId} ${origin}`,
  );
  expect(active.sort()).toEqual([...model.active].map((entry) => entry.join(' ')).sort());
  const told = events.map((event) => {
    const what = `${event.type} ${event.metadata.remotePeerId}`;
    return event.type === 'lost-peer' ? `${what} ${event.reason}` : what;
  });
  expect(told).toEqual(model.events);
  for (const direction of ['inbound', 'outbound'] as const) {
    const count = [...model.active.values()].filter((origin) => origin === direction).length;
    expect(metrics.value('diem_connections', { direction })).toBe(count);
  }
}

abstract class Step implements fc.AsyncCommand<Model, Real> {
  readonly peerId: PeerId;

  constructor(peerId: PeerId) {
    this.peerId = peerId;
  }

  check(_: Readonly<Model>): boolean {
    return true;
  }

  abstract act(model: Model, real: Real): Promise<void>;

  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real);
    await settle();
    compare(model, real);
  }

  toString(): string {
    return `${this.constructor.name} ${this.peerId.slice(-2)}`;
  }
}

class Accept extends Step {
  async act(model: Model, { transport, sockets }: Real): Promise<void> {
    const role = isTrusted(this.peerId) ? 'Validator' : 'Unknown';
    const connection = transport.accept({ remotePeerId: this.peerId, role });
    const kept = model.connect(this.peerId, 'inbound');
    if (kept) sockets.set(this.peerId, connection);
  }
}

class Dial extends Step {
  async act(model: Model, { peerManager, transport, sockets }: Real): Promise<void> {
    const dial = peerManager.dial(this.peerId, TARGET, { replace: true });
    await settle();
    const connection = transport.lastDial.succeed();
    const kept = model.connect(this.peerId, 'outbound');
    await expect(dial).resolves.toMatchObject({ remotePeerId: this.peerId });
    if (kept) sockets.set(this.peerId, connection);
  }
}

class FailToDial extends Step {
  async act(_: Model, { peerManager, transport }: Real): Promise<void> {
    const dial = peerManager.dial(this.peerId, TARGET, { replace: true });
    await settle();
    transport.lastDial.fail(new TypeError('unreachable'));
    await expect(dial).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED' });
  }
}

class Lose extends Step {
  override check({ active }: Readonly<Model>): boolean {
    return active.has(this.peerId);
  }

  async act(model: Model, { sockets }: Real): Promise<void> {
    sockets.get(this.peerId)?.socket.lose();
    model.lose(this.peerId, 'ConnectionLost');
  }
}

class Disconnect extends Step {
  async act(model: Model, { peerManager, time }: Real): Promise<void> {
    const connected = model.active.has(this.peerId);
    const disconnect = peerManager.disconnect(this.peerId);
    if (connected) model.lose(this.peerId, 'Requested');
    else await expect(disconnect).rejects.toMatchObject({ code: 'ERR_NOT_CONNECTED' });
    await time.advanceAsync(5000);
    if (connected) await disconnect;
  }
}

describe('PeerManager against a model', () => {
  it('has the same peers, tells listeners the same, and leaves nothing behind', async () => {
    const peers = fc.constantFrom(...PEERS);
    const commands = fc.commands(
      [Accept, Dial, FailToDial, Lose, Disconnect].map((Kind) => peers.map((peerId) => new Kind(peerId))),
      { maxCommands: 60, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (run) => {
        const harness = await running({
          networkId: PUBLIC_NETWORK,
          options: { maxInboundConnections: MAX_UNKNOWN },
        });
        harness.trust(
          ...PEERS.filter(isTrusted).map((peerId): [PeerId, 'Validator'] => [peerId, 'Validator']),
        );
        await fc.asyncModelRun(
          () => ({ model: new Model(), real: { ...harness, sockets: new Map<PeerId, FakeConnection>() } }),
          run,
        );
        const stopped = harness.peerManager.stop();
        await harness.time.advanceAsync(6000);
        await stopped;
        expect([...harness.peerManager.connections()]).toEqual([]);
        expect(harness.time.pendingTimers).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
