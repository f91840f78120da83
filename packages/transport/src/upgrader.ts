import { readProxyHeader, type IpNetworks } from '@diemnet/netcore';
import {
  SocketReader,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
  type PeerId,
  type PeerRole,
  type Socket,
  type X25519PublicKey,
} from '@diemnet/types';
import { createHandshakeMsg, negotiate, type HandshakeMsg, type ProtocolId } from '@diemnet/wire';
import { withUpgradeProtocols } from './address.js';
import type { Connection } from './connection.js';
import { HandoverSocket } from './handover-socket.js';
import { exchangeHandshake, handshakeFrame } from './handshake-exchange.js';
import type { TransportOptions } from './options.js';
import type { InboundGate } from './inbound-gate.js';
import type { SecureUpgrader } from './secure-upgrader.js';
import type { UpgradeAttempt } from './upgrade-attempt.js';
import type { UpgradeScope } from './upgrade-scope.js';

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
    scope: UpgradeScope,
  ): Promise<Connection> {
    attempt.stage = 'noise';
    const { noise } = this.#components;
    const secured = await noise.upgradeOutbound(socket, remote.publicKey, {
      signal: scope.signal,
      remotePeerId: remote.peerId,
    });
    return this.#exchange(
      attempt,
      scope,
      { ...secured, remotePeerId: remote.peerId, role: 'Unknown' },
      { address: attempt.remoteAddress, remoteIp: socket.remoteIp },
    );
  }

  /** PROXY header if enabled, limits, Noise as responder, exchange, negotiate; each step with its own deadline. */
  async inbound(
    attempt: UpgradeAttempt,
    base: Socket,
    gate: InboundGate,
    scope: UpgradeScope,
  ): Promise<Connection> {
    const { noise, options } = this.#components;
    const proxied = this.#components.proxyProtocol !== undefined;
    let socket = proxied ? await this.#readProxyHeader(attempt, base, scope) : base;
    const { remoteIp } = socket;
    attempt.stage = 'admission';
    gate.pass(remoteIp);
    attempt.stage = 'noise';
    if (!proxied) socket = await this.#awaitFirstByte(socket, scope);
    const source = attempt.proxiedAddress ?? attempt.remoteAddress;
    let ours: HandshakeMsg | undefined;
    const greeting = () => handshakeFrame((ours = this.#handshakeMsg()));
    const secured = await scope.step(options.noiseTimeoutMs, (signal) =>
      noise.upgradeInbound(socket, { signal, remoteAddress: source, greeting }),
    );
    // Flooding cannot push out a trusted peer any more: its number is bounded by the trusted set.
    if (secured.role !== 'Unknown') gate.leave();
    return this.#exchange(attempt, scope, secured, {
      address: withUpgradeProtocols(source, secured.remotePublicKey),
      remoteIp,
      sent: secured.greeted ? ours : undefined,
    });
  }

  async #readProxyHeader(attempt: UpgradeAttempt, socket: Socket, scope: UpgradeScope): Promise<Socket> {
    const { proxyProtocol, options } = this.#components;
    attempt.stage = 'proxy';
    const reader = new SocketReader(socket);
    const source = await scope.step(options.firstByteTimeoutMs, (signal) =>
      readProxyHeader(reader, { ...proxyProtocol, remoteIp: socket.remoteIp, signal }),
    );
    attempt.proxiedAddress = source?.address;
    return new HandoverSocket(socket, reader, { remoteIp: source?.ip });
  }

  /** Silent connections are told apart from slow ones: they are what fills the places (D-07). */
  async #awaitFirstByte(socket: Socket, scope: UpgradeScope): Promise<Socket> {
    const { options } = this.#components;
    const reader = new SocketReader(socket);
    const prefix = await scope.step(options.firstByteTimeoutMs, (signal) =>
      reader.readExactly(1, { signal }),
    );
    return new HandoverSocket(socket, reader, { prefix });
  }

  async #exchange(
    attempt: UpgradeAttempt,
    scope: UpgradeScope,
    { socket, remotePeerId, remotePublicKey, role }: Secured,
    rest: {
      readonly address: NetworkAddress;
      readonly remoteIp: string | undefined;
      /** Our message, if the remote has it already. */
      readonly sent?: HandshakeMsg | undefined;
    },
  ): Promise<Connection> {
    const { options } = this.#components;
    const { address, remoteIp, sent } = rest;
    attempt.stage = 'handshake';
    const ours = sent ?? this.#handshakeMsg();
    const exchanged = await scope.step(
      attempt.origin === 'inbound' ? options.handshakeTimeoutMs : options.upgradeTimeoutMs,
      (signal) => exchangeHandshake(socket, ours, { signal, remoteIp, sent: sent !== undefined }),
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

  #handshakeMsg(): HandshakeMsg {
    const { handshake } = this.#components;
    const { chainId, networkId } = handshake;
    return createHandshakeMsg({ chainId, networkId, protocolIds: handshake.protocols() });
  }
}
