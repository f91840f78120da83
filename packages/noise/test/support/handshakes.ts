import { createMemorySocketPair, type MemorySocket } from '@diemnet/memsocket';
import { SocketProbe } from '@diemnet/netcore/testing';
import {
  NoiseUpgrader,
  type CryptoBackend,
  type InboundUpgrade,
  type NoiseIdentity,
  type NoiseUpgraderOptions,
  type OutboundUpgrade,
  type UpgradeInboundOptions,
  type UpgradeOutboundOptions,
} from '@diemnet/noise';
import { testIdentity } from '@diemnet/noise/testing';
import {
  TrustedPeers,
  systemRng,
  type PeerId,
  type Socket,
  type SocketHandler,
  type TrustedPeer,
  type X25519PublicKey,
} from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger, settle } from '@diemnet/types/testing';

/** A socket that counts what passes through it in both directions. */
export class CountingSocket implements Socket, SocketHandler {
  readonly stableChunks = true;
  readonly remoteIp = undefined;
  /** Sizes of writes, in order. */
  readonly written: number[] = [];
  readonly #inner: Socket;
  #handler: SocketHandler | undefined;

  constructor(inner: Socket) {
    this.#inner = inner;
  }

  get closed(): boolean {
    return this.#inner.closed;
  }

  get queuedBytes(): number {
    return this.#inner.queuedBytes;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    this.#inner.setHandler(this);
  }

  write(chunk: Uint8Array): boolean {
    return this.writeMany([chunk]);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    for (const chunk of chunks) this.written.push(chunk.length);
    return this.#inner.writeMany(chunks);
  }

  end(): void {
    this.#inner.end();
  }

  destroy(error?: Error): void {
    this.#inner.destroy(error);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  onData(chunk: Uint8Array): void {
    this.#handler?.onData(chunk);
  }

  onEnd(): void {
    this.#handler?.onEnd();
  }

  onDrain(): void {
    this.#handler?.onDrain();
  }

  onClose(error: Error | undefined): void {
    this.#handler?.onClose(error);
  }
}

/** How a handshake went, on both sides. */
export interface HandshakeOutcome {
  readonly dialer: OutboundUpgrade | { readonly code: string; readonly error: Error };
  readonly listener: InboundUpgrade | { readonly code: string; readonly error: Error };
  /** Sizes of what each side wrote. */
  readonly dialerWrote: readonly number[];
  readonly listenerWrote: readonly number[];
}

type PartyOptions = Partial<NoiseUpgraderOptions>;

/** A dialer and a listener with a clock, a trusted set each, and everything a test wants to look at. */
export class HandshakeHarness {
  readonly backend: CryptoBackend;
  readonly time = new MockTime();
  readonly logger = new RecordingLogger();
  readonly metrics = new MemoryMetrics();
  readonly dialerIdentity: NoiseIdentity & { readonly trusted: readonly [PeerId, TrustedPeer] };
  readonly listenerIdentity: NoiseIdentity & { readonly trusted: readonly [PeerId, TrustedPeer] };
  /** The listener's, and the dialer's. */
  readonly trusted: TrustedPeers;
  listener: NoiseUpgrader;
  readonly #mode: 'mutual' | 'maybe-mutual';

  constructor(backend: CryptoBackend, mode: 'mutual' | 'maybe-mutual', trusted?: TrustedPeers) {
    this.backend = backend;
    this.#mode = mode;
    this.dialerIdentity = testIdentity(1, { backend });
    this.listenerIdentity = testIdentity(2, { backend });
    this.trusted =
      trusted ??
      new TrustedPeers(
        new Map(mode === 'mutual' ? [this.dialerIdentity.trusted, this.listenerIdentity.trusted] : []),
      );
    this.listener = this.upgrader({ identity: this.listenerIdentity, rng: systemRng });
  }

  /** An upgrader of this network; the dialer's identity unless told otherwise. */
  upgrader(options: PartyOptions = {}): NoiseUpgrader {
    return new NoiseUpgrader({
      identity: this.dialerIdentity,
      mode: this.#mode,
      trustedPeers: this.trusted,
      backend: this.backend,
      time: this.time,
      logger: this.logger,
      metrics: this.metrics,
      ...options,
    });
  }

  get listenerKey(): X25519PublicKey {
    return this.listenerIdentity.keyPair.publicKey;
  }

  /** Runs one handshake to its end on both sides. */
  async handshake({
    dialer = this.upgrader(),
    key = this.listenerKey,
    sockets = createMemorySocketPair(),
    outbound,
    inbound,
  }: {
    readonly dialer?: NoiseUpgrader;
    readonly key?: X25519PublicKey;
    readonly sockets?: readonly [Socket, Socket];
    readonly outbound?: UpgradeOutboundOptions;
    readonly inbound?: UpgradeInboundOptions;
  } = {}): Promise<HandshakeOutcome> {
    const [left, right] = [new CountingSocket(sockets[0]), new CountingSocket(sockets[1])];
    const [dialed, listened] = await Promise.all([
      outcome(dialer.upgradeOutbound(left, key, outbound)),
      outcome(this.listener.upgradeInbound(right, inbound)),
    ]);
    return { dialer: dialed, listener: listened, dialerWrote: left.written, listenerWrote: right.written };
  }

  /** Sends raw bytes to the listener and closes; what it answers, and how it fails. */
  async sendRaw(bytes: Uint8Array, inbound?: UpgradeInboundOptions): Promise<RawOutcome> {
    const [left, right] = createMemorySocketPair();
    const answer = new SocketProbe(left);
    const upgrade = outcome(this.listener.upgradeInbound(right, inbound));
    left.write(bytes);
    left.end();
    const listener = await upgrade;
    await settle();
    return { listener, answer, socket: right };
  }
}

export interface RawOutcome {
  readonly listener: HandshakeOutcome['listener'];
  readonly answer: SocketProbe;
  readonly socket: MemorySocket;
}

/** The result, or what it was refused with. */
export async function outcome<T>(
  upgrade: Promise<T>,
): Promise<T | { readonly code: string; readonly error: Error }> {
  try {
    return await upgrade;
  } catch (error) {
    return { code: (error as { code?: string }).code ?? String(error), error: error as Error };
  }
}
