import { SocketProbe } from '../../src/testing/index.js';
import { connectTcpPair } from '../tcp-pair.js';

const DRAINS = 20;

it('lets the event loop turn before it asks for more, however fast the remote is', async () => {
  const { a: near, b: far } = await connectTcpPair();
  const probe = new SocketProbe(far);
  let turns = 0;
  const turnsAtDrain: number[] = [];
  await new Promise<void>((resolve) => {
    const count = () => {
      turns++;
      if (turnsAtDrain.length < DRAINS) setImmediate(count);
      else resolve();
    };
    const writeUntilBlocked = () => {
      while (near.write(new Uint8Array(32 * 1024)));
    };
    near.setHandler({
      onData() {},
      onEnd() {},
      onClose() {},
      onDrain() {
        turnsAtDrain.push(turns);
        if (turnsAtDrain.length < DRAINS) writeUntilBlocked();
      },
    });
    setImmediate(count);
    writeUntilBlocked();
  });
  near.destroy();
  expect(new Set(turnsAtDrain).size).toBe(DRAINS);
  expect(probe.bytes.length).toBeGreaterThan(0);
});

it('tells a socket that is destroyed meanwhile nothing more', async () => {
  const { a: near, b: far } = await connectTcpPair();
  new SocketProbe(far);
  const onDrain = jest.fn();
  near.setHandler({ onData() {}, onEnd() {}, onClose() {}, onDrain });
  while (near.write(new Uint8Array(32 * 1024)));
  // The system took it all, so that the socket drains at once and would tell us in the next turn.
  await Promise.resolve().then(() => process.nextTick(() => near.destroy()));
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(onDrain).not.toHaveBeenCalled();
});
