import { MemoryMetrics, MockTime, RecordingLogger, settle } from '@diemnet/types/testing';
import { VALIDATOR_NETWORK, peerIdFromHex, type NetworkContext } from '@diemnet/types';
import {
  MessageReader,
  encodeNetworkMessage,
  type MessageSink,
  type NetworkMessage,
  type ProtocolId,
  type UndecodableFrame,
} from '@diemnet/wire';
import {
  Peer,
  createPeerMetrics,
  type DeadlineWheel,
  type DisconnectCause,
  type PeerOptions,
  type PeerUpcalls,
  type ProtocolKind,
  type RpcResponder,
} from '../src/index.js';
import { TestSocket, testConnection, type TestConnectionOptions } from '../src/testing/index.js';

export const CONTEXT: NetworkContext = {
  role: 'validator',
  networkId: VALIDATOR_NETWORK,
  peerId: peerIdFromHex('01'.repeat(16)),
};

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** A frame around any content. */
export function frame(content: Uint8Array): Uint8Array {
  const framed = new Uint8Array(4 + content.length);
  new DataView(framed.buffer).setUint32(0, content.length);
  framed.set(content, 4);
  return framed;
}

export function framed(message: NetworkMessage): Uint8Array {
  return frame(encodeNetworkMessage(message));
}

export const directSend = (protocolId: ProtocolId, payload: Uint8Array, priority = 0): NetworkMessage => ({
  type: 'DirectSendMsg',
  protocolId,
  priority,
  payload,
});
export const rpcRequest = (
  requestId: number,
  payload: Uint8Array,
  protocolId = 0,
  priority = 0,
): NetworkMessage => ({ type: 'RpcRequest', protocolId, requestId, priority, payload });
export const rpcResponse = (requestId: number, payload: Uint8Array, priority = 0): NetworkMessage => ({
  type: 'RpcResponse',
  requestId,
  priority,
  payload,
});

/** Reads a stream of frames back into messages. */
export class FrameLog implements MessageSink {
  readonly messages: NetworkMessage[] = [];
  readonly #reader = new MessageReader(this, { isKnownProtocol: () => true });

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk, true);
  }

  onDirectSend(protocolId: number, priority: number, payload: Uint8Array): void {
    this.messages.push(directSend(protocolId, payload, priority));
  }

  onRpcRequest(protocolId: number, requestId: number, priority: number, payload: Uint8Array): void {
    this.messages.push(rpcRequest(requestId, payload, protocolId, priority));
  }

  onRpcResponse(requestId: number, priority: number, payload: Uint8Array): void {
    this.messages.push(rpcResponse(requestId, payload, priority));
  }

  onError(error: Extract<NetworkMessage, { type: 'Error' }>['error']): void {
    this.messages.push({ type: 'Error', error });
  }

  onUndecodable(undecodable: UndecodableFrame): void {
    throw new RangeError(`the peer wrote an undecodable frame of ${undecodable.frameLength} bytes`);
  }
}

export interface Received {
  protocolId: ProtocolId;
  payload: Uint8Array;
}

export interface HarnessOptions {
  options?: PeerOptions;
  connection?: TestConnectionOptions;
  socket?: TestSocket;
  time?: MockTime;
  deadlines?: DeadlineWheel;
  /** Which kinds of which protocols have handlers. @default all */
  isRegistered?: (protocolId: ProtocolId, kind: ProtocolKind) => boolean;
  start?: boolean;
}

/** One peer over a socket double, and everything that can be seen of it. */
export class PeerHarness implements PeerUpcalls {
  readonly time: MockTime;
  readonly metrics = new MemoryMetrics();
  readonly logger = new RecordingLogger();
  readonly socket: TestSocket;
  readonly peer: Peer;
  readonly directSends: Received[] = [];
  readonly requests: (Received & { responder: RpcResponder })[] = [];
  readonly ends: { cause: DisconnectCause; error: Error | undefined }[] = [];
  readonly #isRegistered: (protocolId: ProtocolId, kind: ProtocolKind) => boolean;
  readonly #log = new FrameLog();
  /** Thrown by the upcalls for messages. */
  upcallError: Error | undefined;

  constructor({
    options = {},
    connection = {},
    socket = new TestSocket(),
    time = new MockTime(),
    deadlines,
    isRegistered = () => true,
    start = true,
  }: HarnessOptions = {}) {
    this.time = time;
    this.socket = socket;
    this.#isRegistered = isRegistered;
    this.peer = new Peer(
      {
        connection: testConnection(socket, connection),
        upcalls: this,
        time,
        ...(deadlines === undefined ? {} : { deadlines }),
        metrics: createPeerMetrics(this.metrics, CONTEXT),
        logger: this.logger,
        context: CONTEXT,
      },
      options,
    );
    if (start) this.peer.start();
  }

  isRegistered(protocolId: ProtocolId, kind: ProtocolKind): boolean {
    return this.#isRegistered(protocolId, kind);
  }

  onDirectSend(_peer: Peer, protocolId: ProtocolId, payload: Uint8Array): void {
    if (this.upcallError !== undefined) throw this.upcallError;
    this.directSends.push({ protocolId, payload });
  }

  onRpcRequest(_peer: Peer, protocolId: ProtocolId, payload: Uint8Array, responder: RpcResponder): void {
    if (this.upcallError !== undefined) throw this.upcallError;
    this.requests.push({ protocolId, payload, responder });
  }

  onDisconnected(_peer: Peer, cause: DisconnectCause, error?: Error): void {
    this.ends.push({ cause, error });
  }

  /** Bytes of these messages arrive in one chunk each. */
  receive(...messages: NetworkMessage[]): void {
    for (const message of messages) this.socket.receive(framed(message));
  }

  /** What the peer has written since the last call. */
  async sent(): Promise<NetworkMessage[]> {
    await settle();
    this.#log.push(this.socket.takeWritten());
    return this.#log.messages.splice(0);
  }

  rpcCount(type: string, state: string): number {
    return this.metrics.value('diem_network_rpc_messages', { type, state });
  }

  /** The request that was handed up last. */
  get lastRequest(): Received & { responder: RpcResponder } {
    return this.requests.at(-1) as Received & { responder: RpcResponder };
  }
}

/** The code that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'resolved',
    (error: { code?: string }) => error.code ?? error,
  );
}
