import {
  encodeEncryptedNetworkAddressList,
  encodeNetworkAddressList,
  encryptAddressList,
  parseNetworkAddress,
  testAddressKeys,
  type EncryptedNetworkAddress,
} from '@diemnet/network-address';
import {
  peerIdFromHex,
  publicKeyFromHex,
  VALIDATOR_NETWORK,
  type NetworkAddress,
  type NetworkContext,
  type NetworkId,
  type PeerId,
  type PeerSet,
} from '@diemnet/types';
import {
  DiscoveryError,
  encodeValidatorSet,
  type DiscoveredPeersReceiver,
  type DiscoverySource,
  type FileSystem,
  type ReadFileOptions,
  type ValidatorInfo,
  type WatchHandlers,
} from '../src/index.js';

export const peerId = (digit: string): PeerId => peerIdFromHex(digit.repeat(32));
export const publicKey = (digit: string) => publicKeyFromHex(digit.repeat(64));
export const OUR_PEER_ID = peerId('1');
export const OUR_KEY = publicKey('1');

/** A dialable address whose key is made of `digit`. */
export const address = (digit: string, port = 6180): NetworkAddress =>
  parseNetworkAddress(`/ip4/10.0.0.1/tcp/${port}/ln-noise-ik/${publicKey(digit)}/ln-handshake/0`);

export const context = (networkId: NetworkId = VALIDATOR_NETWORK): NetworkContext => ({
  role: networkId.kind === 'validator' ? 'validator' : 'full_node',
  networkId,
  peerId: OUR_PEER_ID,
});

/** A ConnectivityManager that takes notes, and can be made to refuse. */
export class RecordingReceiver implements DiscoveredPeersReceiver {
  readonly updates: [DiscoverySource, PeerSet][] = [];
  refusals = 0;

  updateDiscoveredPeers(source: DiscoverySource, peers: PeerSet): void {
    if (this.refusals > 0) {
      this.refusals--;
      throw new DiscoveryError('ERR_DISCOVERY_STOPPED', 'busy');
    }
    this.updates.push([source, peers]);
  }

  get last(): PeerSet | undefined {
    return this.updates.at(-1)?.[1];
  }
}

/** A source of reconfigurations that a test pushes into. Hands out everything, in order. */
export class PushSource implements AsyncIterable<Uint8Array> {
  readonly #queue: IteratorResult<Uint8Array>[] = [];
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  left = false;

  push(payload: Uint8Array): void {
    this.#queue.push({ done: false, value: payload });
    this.#wake?.();
  }

  end(): void {
    this.#queue.push({ done: true, value: undefined });
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        for (;;) {
          if (this.#failure !== undefined) throw this.#failure;
          const next = this.#queue.shift();
          if (next !== undefined) return next;
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      },
      return: async () => {
        this.left = true;
        return { done: true, value: undefined };
      },
    };
  }
}

/** A validator with addresses of both kinds, encrypted with the test key unless `validator` says otherwise. */
export function validatorInfo(
  account: PeerId,
  {
    validator = [address('a')],
    fullNode = [address('b')],
  }: {
    readonly validator?: readonly NetworkAddress[] | Uint8Array;
    readonly fullNode?: readonly NetworkAddress[] | Uint8Array;
  } = {},
): ValidatorInfo {
  return {
    account,
    votingPower: 1n,
    consensusPublicKey: new Uint8Array(32).fill(7),
    validatorNetworkAddresses:
      validator instanceof Uint8Array ? validator : encryptedList(account, validator),
    fullNodeNetworkAddresses: fullNode instanceof Uint8Array ? fullNode : encodeNetworkAddressList(fullNode),
    lastConfigUpdateTimeUs: 0n,
  };
}

export function encryptedList(
  account: PeerId,
  addresses: readonly NetworkAddress[],
  seqNum = 0n,
): Uint8Array {
  return encryptAddressList(testAddressKeys(), { addresses, account, seqNum });
}

export const reencoded = (list: readonly EncryptedNetworkAddress[]) =>
  encodeEncryptedNetworkAddressList(list);
export const setOf = (...validators: ValidatorInfo[]) => encodeValidatorSet({ validators });

/** One file whose content a test sets; it exists while `content` is defined. */
export class MemoryFileSystem implements FileSystem {
  content: string | Uint8Array | undefined;
  reads = 0;
  watchers: WatchHandlers[] = [];
  watchable = true;
  /** While set, readings wait for it. */
  hold: Promise<void> | undefined;

  async readFile(path: string, { maxBytes }: ReadFileOptions): Promise<Uint8Array> {
    this.reads++;
    await this.hold;
    const { content } = this;
    if (content === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    if (bytes.length > maxBytes) throw new DiscoveryError('ERR_DISCOVERY_INPUT_TOO_LARGE', 'too large');
    return bytes;
  }

  watch(_path: string, handlers: WatchHandlers): { close(): void } {
    if (!this.watchable) throw new Error('ENOSPC: no watchers left');
    this.watchers.push(handlers);
    return { close: () => (this.watchers = this.watchers.filter((other) => other !== handlers)) };
  }

  /** Sets the content and tells the watchers. */
  change(content: string | undefined): void {
    this.content = content;
    for (const { onChange } of this.watchers) onChange();
  }
}
