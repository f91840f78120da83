import { createMemorySocketPair } from '@diemnet/memsocket';
import { socketCompliance } from '@diemnet/netcore/testing';
import { SocketReader, type Socket } from '@diemnet/types';
import { HandoverSocket } from '../src/handover-socket.js';

const handOver = (socket: Socket) => new HandoverSocket(socket, new SocketReader(socket));

socketCompliance(
  'HandoverSocket, before and after it hands over,',
  async () => {
    const [a, b] = createMemorySocketPair();
    return { a: handOver(a), b: handOver(b) };
  },
  { describe, it, expect },
);
