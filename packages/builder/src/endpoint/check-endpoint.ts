import { TcpTransport, type Transport as BaseTransport } from '@diemnet/netcore';
import { isDiemNetAddress } from '@diemnet/network-address';
import { NoiseUpgrader, publicKeyOf } from '@diemnet/noise';
import {
  DiemNetTransport,
  checkEndpoint as upgradeOnce,
  checkRefusal,
  type EndpointReport,
} from '@diemnet/transport';
import {
  TrustedPeers,
  X25519PrivateKey,
  X25519_KEY_BYTES,
  peerIdFromPublicKey,
  systemRng,
  systemTime,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
  type Rng,
  type TimeService,
  type WaitOptions,
} from '@diemnet/types';
import { HIGHEST_DIEM_PROTOCOL_ID } from '@diemnet/wire';
import { BuilderError } from '../errors.js';

/** Which endpoint to check, and how. */
export interface CheckEndpointOptions extends WaitOptions {
  readonly address: NetworkAddress;
  readonly chainId: ChainId;
  readonly networkId: NetworkId;
  /** Proves who we are; our PeerId is derived from it. @default 32 zero bytes */
  readonly privateKey?: X25519PrivateKey | undefined;
  /** Send garbage instead, and see whether the listener refuses it: needs no key. @default false */
  readonly noHandshake?: boolean | undefined;
  /** For everything together. @default 5000 */
  readonly timeoutMs?: number | undefined;
  /** @default TCP, never through an HTTP proxy */
  readonly base?: BaseTransport | undefined;
  /** Accept a `/memory/…` address. @default false */
  readonly allowMemory?: boolean | undefined;
  /** @default systemTime */
  readonly time?: TimeService | undefined;
  /** @default systemRng */
  readonly rng?: Rng | undefined;
}

/** What a check showed: connected and upgraded, or garbage refused as it should be, or what failed and where. */
export type EndpointCheck = EndpointReport | { readonly outcome: 'refused' };

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Tests one endpoint from outside (behaviour 18): connects, goes through Noise and the version handshake while
 * offering all of Diem's protocols, and hangs up.
 * @throws BuilderError `ERR_BUILDER_ENDPOINT_ADDRESS` if the address is none that can be dialed; every other
 * failure is reported
 */
export async function checkEndpoint(options: CheckEndpointOptions): Promise<EndpointCheck> {
  const { address, time = systemTime, timeoutMs = DEFAULT_TIMEOUT_MS, signal, allowMemory = false } = options;
  const { base = new TcpTransport({ time, httpProxy: 'none' }) } = options;
  if (!isDiemNetAddress(address, { allowMemory })) {
    throw new BuilderError(
      'ERR_BUILDER_ENDPOINT_ADDRESS',
      `an endpoint is an address such as /ip4/…/tcp/…/ln-noise-ik/…/ln-handshake/0, not ${address}`,
      { details: { address } },
    );
  }
  if (options.noHandshake !== true) {
    return upgradeOnce(createTransport(options, base, time), address, { timeoutMs, signal });
  }
  try {
    await checkRefusal(base, address, { timeoutMs, time, signal });
    return { outcome: 'refused' };
  } catch (error) {
    return { outcome: 'failed', stage: undefined, likelyCause: 'unknown', error };
  }
}

function createTransport(
  options: CheckEndpointOptions,
  base: BaseTransport,
  time: TimeService,
): DiemNetTransport {
  const { chainId, networkId, rng = systemRng } = options;
  const privateKey = options.privateKey ?? X25519PrivateKey.fromBytes(new Uint8Array(X25519_KEY_BYTES));
  const publicKey = publicKeyOf(privateKey);
  const peerId = peerIdFromPublicKey(publicKey);
  const noise = new NoiseUpgrader({
    identity: { peerId, keyPair: { privateKey, publicKey } },
    mode: 'maybe-mutual',
    trustedPeers: new TrustedPeers(),
    time,
    rng,
  });
  const everyProtocol = Array.from({ length: HIGHEST_DIEM_PROTOCOL_ID + 1 }, (_, id) => id);
  return new DiemNetTransport({
    base,
    noise,
    handshake: { chainId, networkId, protocols: () => everyProtocol },
    context: { role: 'full_node', networkId, peerId },
    time,
  });
}
