import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { socketCompliance, transportCompliance } from '@diemnet/netcore/testing';
import { parseNetworkAddress } from '@diemnet/network-address';
import type { Socket } from '@diemnet/types';
import { UnixTransport } from '../src/index.js';

type Runner = Parameters<typeof transportCompliance>[2];

/** What every socket and every transport promises, of ours. Takes the functions of whatever runs the tests. */
export function unixTransportCompliance(runner: Runner): void {
  transportCompliance(
    'UnixTransport',
    async () => ({
      ...scratch(),
      listenAddress: parseNetworkAddress('/memory/0'),
      foreignToListen: ['/ip4/127.0.0.1/tcp/0', '/memory/1/memory/2'].map(parseNetworkAddress),
      foreignToDial: ['/ip4/127.0.0.1/tcp/80', '/memory/1/ln-handshake/0'].map(parseNetworkAddress),
    }),
    runner,
  );
  socketCompliance('UnixSocket', connectedPair, runner);
}

function scratch() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unix-transport-'));
  return {
    transport: new UnixTransport(folder),
    cleanup: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

async function connectedPair() {
  const { transport, cleanup } = scratch();
  let taken: (socket: Socket) => void = () => {};
  const accepted = new Promise<Socket>((resolve) => (taken = resolve));
  const listener = await transport.listen(parseNetworkAddress('/memory/0'), {
    onConnection: ({ socket }) => taken(socket),
    onError: (error) => console.error(error),
  });
  const a = await transport.dial(listener.address);
  const b = await accepted;
  await listener.close();
  return { a, b, cleanup };
}
