import { createMemorySocketPair, type MemorySocket } from '@diemnet/memsocket';
import { faultySocket, type Faults } from '@diemnet/netcore/testing';
import { NoiseSession, NoiseStream, type CryptoBackend, type NoiseStreamOptions } from '@diemnet/noise';
import type { Logger, Socket } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';

/** Two streams with each other's keys, over memory, and what a test wants to see of them. */
export interface StreamPair {
  readonly a: NoiseStream;
  readonly b: NoiseStream;
  readonly sessions: readonly [NoiseSession, NoiseSession];
  readonly inner: readonly [Socket, MemorySocket];
}

export interface StreamPairOptions {
  readonly stream?: NoiseStreamOptions;
  /** Of what arrives at `b`. */
  readonly faults?: Faults;
  readonly highWaterMarkBytes?: number;
  readonly logger?: Logger;
}

const key = (fill: number) => new Uint8Array(32).fill(fill);

export function sessionPair(backend: CryptoBackend): readonly [NoiseSession, NoiseSession] {
  return [
    new NoiseSession({ backend, sendKey: key(1), receiveKey: key(2) }),
    new NoiseSession({ backend, sendKey: key(2), receiveKey: key(1) }),
  ];
}

export function streamPair(
  backend: CryptoBackend,
  { stream, faults, highWaterMarkBytes, logger }: StreamPairOptions = {},
): StreamPair {
  const [left, right] = createMemorySocketPair(
    highWaterMarkBytes === undefined ? {} : { highWaterMarkBytes },
  );
  const sessions = sessionPair(backend);
  const inner = [left, right] as const;
  const logging = logger === undefined ? {} : { logger };
  const a = new NoiseStream({ socket: left, session: sessions[0] }, stream);
  const received = faults === undefined ? right : faultySocket(right, faults);
  const b = new NoiseStream({ socket: received, session: sessions[1], ...logging }, stream);
  return { a, b, sessions, inner };
}

/** One stream whose other end is the bare socket: what it writes can be seen, and anything be sent to it. */
export function bareStream(
  backend: CryptoBackend,
  options?: NoiseStreamOptions,
  logger?: Logger,
): { stream: NoiseStream; bare: MemorySocket; session: NoiseSession; remote: NoiseSession } {
  const [socket, bare] = createMemorySocketPair();
  const [session, remote] = sessionPair(backend);
  const logging = logger === undefined ? {} : { logger };
  return { stream: new NoiseStream({ socket, session, ...logging }, options), bare, session, remote };
}

/** Lets everything that is due happen. */
export const rest = () => settle(200);
