import { readProxyHeader, type IpNetworks } from '@diemnet/netcore';
import {
  SocketReader,
  withTimeout,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
  type PeerId,
  type PeerRole,
  type Socket,
  type TimeService,
  type WaitOptions,
  type X25519PublicKey,
} from '@diemnet/types';
import { createHandshakeMsg, negotiate, type ProtocolId } from '@diemnet/wire';
import { withUpgradeProtocols } from './address.js';
import type { Connection } from './connection.js';
import { HandoverSocket } from './handover-socket.js';
import { exchangeHandshake } from './handshake-exchange.js';
import type { TransportOptions } from './options.js';
import type { InboundGate } from './inbound-gate.js';
import type { SecureUpgrader } from './secure-upgrader.js';
import type { UpgradeAttempt } from './upgrade-attempt.js';

/** What we say in the version handshake. */
export interface HandshakeOptions {
  readonly chainId: ChainId;
  readonly networkId: NetworkId;
  /** Asked at every handshake: what is registered then is advertised. */
  readonly protocols: () => Iterable<ProtocolId>;
}

/** The PROXY protocol in front of our listener (DiemNet wire format, section 3). */
export interface ProxyProtocolOptions {
  /** Who may say where a connection comes from. @default everybody who reaches the port (D-42) */
  readonly trustedProxies?: IpNetworks | undefined;
  /** Longest header, in bytes. @default as in `readProxyHeader` */
  readonly maxHeaderBytes?: number | undefined;
}

interface UpgraderComponents {
  readonly noise: SecureUpgrader;
  readonly handshake: HandshakeOptions;
  readonly proxyProtocol: ProxyProtocolOptions | undefined;
  readonly time: TimeService;
  readonly options: TransportOptions;
}

interface Secured {
  readonly socket: Socket;
  readonly remotePublicKey: X25519PublicKey;
  readonly remotePeerId: PeerId;
  readonly role: PeerRole;
}

/** The steps from a base socket to a {@link Connection} (behaviour 5). Counts connections. */
export class Upgrader {
  readonly #components: UpgraderComponents;
  #nextConnectionId = 0;

  constructor(components: UpgraderComponents) {
    this.#components = components;
  }

  /** Noise as initiator, exchange, negotiate. The role is for PeerManager to decide. */
  async outbound(
    attempt: UpgradeAttempt,
    socket: Socket,
    remote: { readonly peerId: PeerId; readonly publicKey: X25519PublicKey },
    { signal }: WaitOptions,
  ): Promise<Connection> {
    attempt.stage = 'noise';
    const { noise } = this.#components;
    const secured = await noise.upgradeOutbound(socket, remote.publicKey, {
      signal,
      remotePeerId: remote.peerId,
    });
    return this.#exchange(
      attempt,
      { ...secured, remotePeerId: remote.peerId, role: 'Unknown' },
      { address: attempt.remoteAddress, remoteIp: socket.remoteIp, signal },
    );
  }

  /** PROXY header if enabled, limits, Noise as responder, exchange, negotiate; each step with its own deadline. */
  async inbound(
    attempt: UpgradeAttempt,
    base: Socket,
    gate: InboundGate,
    { signal }: WaitOptions,
  ): Promise<Connection> {
    const { noise, time, options } = this.#components;
    const proxied = this.#components.proxyProtocol !== undefined;
    let socket = proxied ? await this.#readProxyHeader(attempt, base, { signal }) : base;
    const { remoteIp } = socket;
    attempt.stage = 'admission';
    gate.pass(remoteIp);
    attempt.stage = 'noise';
    if (!proxied) socket = await this.#awaitFirstByte(socket, { signal });
    const source = attempt.proxiedAddress ?? attempt.remoteAddress;
    const secured = await withTimeout(
      time,
      options.noiseTimeoutMs,
      (stepSignal) => noise.upgradeInbound(socket, { signal: stepSignal, remoteAddress: source }),
      { signal },
    );
    // Flooding cannot push out a trusted peer any more: its number is bounded by the trusted set.
    if (secured.role !== 'Unknown') gate.leave();
    return this.#exchange(attempt, secured, {
      address: withUpgradeProtocols(source, secured.remotePublicKey),
      remoteIp,
      signal,
    });
  }

  async #readProxyHeader(attempt: UpgradeAttempt, socket: Socket, { signal }: WaitOptions): Promise<Socket> {
    const { proxyProtocol, time, options } = this.#components;
    attempt.stage = 'proxy';
    const reader = new SocketReader(socket);
    const source = await withTimeout(
      time,
      options.firstByteTimeoutMs,
      (stepSignal) =>
        readProxyHeader(reader, { ...proxyProtocol, remoteIp: socket.remoteIp, signal: stepSignal }),
      { signal },
    );
    attempt.proxiedAddress = source?.address;
    return new HandoverSocket(socket, reader, { remoteIp: source?.ip });
  }

  /** Silent connections are told apart from slow ones: they are what fills the places (D-07). */
  async #awaitFirstByte(socket: Socket, { signal }: WaitOptions): Promise<Socket> {
    const { time, options } = this.#components;
    const reader = new SocketReader(socket);
    const prefix = await withTimeout(
      time,
      options.firstByteTimeoutMs,
      (stepSignal) => reader.readExactly(1, { signal: stepSignal }),
      { signal },
    );
    return new HandoverSocket(socket, reader, { prefix });
  }

  async #exchange(
    attempt: UpgradeAttempt,
    { socket, remotePeerId, remotePublicKey, role }: Secured,
    rest: {
      readonly address: NetworkAddress;
      readonly remoteIp: string | undefined;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<Connection> {
    const { handshake, time, options } = this.#components;
    const { address, remoteIp, signal } = rest;
    attempt.stage = 'handshake';
    const { chainId, networkId } = handshake;
    const ours = createHandshakeMsg({ chainId, networkId, protocolIds: handshake.protocols() });
    const exchanged = await withTimeout(
      time,
      attempt.origin === 'inbound' ? options.handshakeTimeoutMs : options.upgradeTimeoutMs,
      (stepSignal) => exchangeHandshake(socket, ours, { signal: stepSignal, remoteIp }),
      { signal },
    );
    attempt.stage = 'negotiate';
    const { messagingVersion, applicationProtocols } = negotiate(ours, exchanged.theirs);
    return {
      socket: exchanged.socket,
      metadata: Object.freeze({
        remotePeerId,
        remotePublicKey,
        connectionId: this.#nextConnectionId++,
        address,
        remoteIp,
        origin: attempt.origin,
        messagingVersion,
        applicationProtocols,
        role,
      }),
    };
  }
}
