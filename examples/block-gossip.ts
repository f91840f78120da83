import { createNetwork, type RunningNetwork } from '@diemnet/builder';
import { bcsCodec, type ProtocolDefinition } from '@diemnet/network';

interface Block {
  readonly height: bigint;
  readonly payload: Uint8Array;
}

const GOSSIP = 51;
const gossipProtocol: ProtocolDefinition<Block> = {
  id: GOSSIP,
  name: 'gossip',
  kinds: ['direct-send'],
  codec: bcsCodec<Block>(
    (reader) => ({ height: reader.u64(), payload: reader.bytes() }),
    ({ height, payload }, writer) => writer.u64(height).bytes(payload),
  ),
};

/** Passes every block on that it has not seen yet. */
class Gossip {
  readonly network: RunningNetwork<{ gossip: Block }>;
  readonly #heights = new Set<bigint>();
  readonly #onBlock: (block: Block) => void;

  private constructor(network: RunningNetwork<{ gossip: Block }>, onBlock: (block: Block) => void) {
    this.network = network;
    this.#onBlock = onBlock;
    network.applications.gossip.events.setHandler({
      onMessage: (block, { remotePeerId }) => this.publish(block, remotePeerId),
    });
  }

  static async start(seeds: readonly string[], onBlock: (block: Block) => void): Promise<Gossip> {
    const network = await createNetwork<{ gossip: Block }>({
      chainId: 'TESTING',
      listenAddress: '/ip4/127.0.0.1/tcp/0',
      seeds,
      applications: { gossip: { protocols: [gossipProtocol] } },
    });
    return new Gossip(network, onBlock);
  }

  publish(block: Block, from?: string): void {
    if (this.#heights.has(block.height)) return;
    this.#heights.add(block.height);
    this.#onBlock(block);
    const others = [...this.network.network.peerManager.connections()].flatMap(({ remotePeerId }) =>
      remotePeerId === from ? [] : [remotePeerId],
    );
    // A peer that cannot keep up does not hold up the others.
    this.network.applications.gossip.sender.sendToMany(others, GOSSIP, block);
  }

  connected(count: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.network.network.peerManager.subscribe(() => {
        if ([...this.network.network.peerManager.connections()].length < count) return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  }
}

// A chain of five nodes: each knows only the one before it.
const nodes: Gossip[] = [];
let arrivals = 0;
let finish = () => {};
const everywhere = new Promise<void>((resolve) => (finish = resolve));
for (let i = 0; i < 5; i++) {
  const seeds = nodes.slice(-1).map((node) => node.network.listenAddress);
  nodes.push(
    await Gossip.start(seeds, ({ height, payload }) => {
      console.log(`node ${i} has block ${height} of ${payload.length} bytes`);
      if (++arrivals === 10) finish();
    }),
  );
}
await Promise.all(nodes.map((node, i) => node.connected(i === 0 || i === 4 ? 1 : 2)));

nodes[0]?.publish({ height: 1n, payload: new Uint8Array(1000) });
nodes[4]?.publish({ height: 2n, payload: new Uint8Array(100_000) });
await everywhere;
await Promise.all(nodes.map((node) => node.network.stop()));
