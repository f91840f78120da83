import { settle } from '@diemnet/types/testing';
import { checkEndpoint, checkRefusal } from '../src/index.js';
import { Nodes, address, type NodeOptions } from './support/nodes.js';

const KEY = 'ab'.repeat(32);

async function live(nodes: Nodes, options: NodeOptions = {}) {
  const listener = nodes.create(options);
  const checker = nodes.create();
  nodes.trust(listener, checker);
  const { address: announced } = await listener.listen();
  return { listener, checker, announced };
}

describe('checkEndpoint', () => {
  it('connects to a live node and hangs up [C-407]', async () => {
    const nodes = new Nodes();
    const { listener, checker, announced } = await live(nodes);
    const report = await checkEndpoint(checker.transport, announced);
    expect(report).toMatchObject({
      outcome: 'connected',
      stage: 'complete',
      metadata: { address: announced, remotePeerId: listener.peerId },
    });
    await settle();
    expect((await listener.accepted()).socket.closed).toBe(true);
  });

  it('says at which stage it failed, and what that probably means [C-407] [D-47]', async () => {
    const nodes = new Nodes();
    const { listener, checker, announced } = await live(nodes, { chain: 9 });
    await expect(checkEndpoint(checker.transport, announced)).resolves.toMatchObject({
      outcome: 'failed',
      stage: 'negotiate',
      likelyCause: 'different-chain',
    });
    nodes.trust(listener);
    await nodes.time.advanceAsync(1);
    await expect(checkEndpoint(checker.transport, announced)).resolves.toMatchObject({
      stage: 'noise',
      likelyCause: 'refused-by-noise',
    });
  });

  it('does not look at the handshake version in the address', async () => {
    const { checker, announced } = await live(new Nodes());
    const other = address(announced.replace(/0$/, '7'));
    await expect(checkEndpoint(checker.transport, other)).resolves.toMatchObject({ outcome: 'connected' });
  });

  it('reports a closed port, and a silent server after 5 s [C-408]', async () => {
    const nodes = new Nodes();
    const checker = nodes.create();
    nodes.network.listen(7, { onConnection: () => {} });
    const at = (port: number) => address(`/memory/${port}/ln-noise-ik/${KEY}/ln-handshake/0`);
    await expect(checkEndpoint(checker.transport, at(8))).resolves.toMatchObject({
      outcome: 'failed',
      stage: 'connect',
      likelyCause: 'unreachable',
    });
    const silent = checkEndpoint(checker.transport, at(7));
    await nodes.time.advanceAsync(5000);
    await expect(silent).resolves.toMatchObject({
      outcome: 'failed',
      stage: 'noise',
      likelyCause: 'no-answer',
      error: { code: 'ERR_UPGRADE_TIMED_OUT' },
    });
  });

  it('reports an address that cannot be dialed', async () => {
    const { checker } = await live(new Nodes());
    await expect(checkEndpoint(checker.transport, address('/memory/1'))).resolves.toMatchObject({
      outcome: 'failed',
      stage: undefined,
      error: { code: 'ERR_INVALID_ADDRESS' },
    });
  });
});

describe('checkRefusal', () => {
  it('is content with a listener that refuses garbage without a word [C-407]', async () => {
    const nodes = new Nodes();
    const { announced } = await live(nodes);
    await expect(checkRefusal(nodes.memory, announced, { time: nodes.time })).resolves.toBeUndefined();
    expect(nodes.time.pendingTimers).toBe(0);
  });

  it('is content with an orderly end too, and fails for an answer or for silence', async () => {
    const nodes = new Nodes();
    const at = (port: number) => address(`/memory/${port}/ln-noise-ik/${KEY}/ln-handshake/0`);
    nodes.network.listen(1, { onConnection: (socket) => socket.end() });
    nodes.network.listen(2, { onConnection: (socket) => void socket.write(Uint8Array.of(1)) });
    nodes.network.listen(3, { onConnection: () => {} });
    const { time, memory } = nodes;
    await expect(checkRefusal(memory, at(1), { time })).resolves.toBeUndefined();
    await expect(checkRefusal(memory, at(2), { time })).rejects.toMatchObject({
      code: 'ERR_UNEXPECTED_ANSWER',
    });
    const silent = expect(checkRefusal(memory, at(3), { time })).rejects.toMatchObject({
      code: 'ERR_ELAPSED',
    });
    await time.advanceAsync(5000);
    await silent;
    await expect(checkRefusal(memory, at(4), { time })).rejects.toMatchObject({
      code: 'ERR_ADDRESS_NOT_AVAILABLE',
    });
    expect(time.pendingTimers).toBe(0);
  });
});
