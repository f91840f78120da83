import net from 'node:net';
import { seededRng } from '@diemnet/types/testing';
import { freePort } from '../../src/testnet/free-port';

const listen = (port: number) =>
  new Promise<net.Server>((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

describe('freePort', () => {
  it('finds ports below those of outgoing connections, not always the same', async () => {
    const rng = seededRng(1);
    const ports = [await freePort(rng), await freePort(rng), await freePort(rng)];
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(10_240);
      expect(port).toBeLessThan(32_768);
    }
    expect(new Set(ports).size).toBe(3);
  });

  it('passes over one that somebody listens on', async () => {
    const first = await freePort(seededRng(2));
    const server = await listen(first);
    try {
      const second = await freePort(seededRng(2));
      expect(second).not.toBe(first);
      (await listen(second)).close();
    } finally {
      server.close();
    }
  });
});
