import { NetworkBuilder } from '@diemnet/builder';
import { healthCheckerCodec } from '@diemnet/health-checker';
import { parseDialAddress } from '@diemnet/network-address';
import { generateKeyPair, keyPairFromPrivateKey } from '@diemnet/noise';
import {
  ZERO_PEER_ID,
  isDiemNetError,
  peerIdFromPublicKey,
  randomU32,
  sleep,
  withTimeout,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
  type Rng,
  type TimeService,
  type X25519PrivateKey,
} from '@diemnet/types';
import { ProtocolIds } from '@diemnet/wire';
import { PingStatistics } from './ping-statistics.js';

/** Whom to ping, how often, and as whom. */
export interface PingOptions {
  readonly address: NetworkAddress;
  readonly chainId: ChainId;
  readonly networkId: NetworkId;
  readonly privateKey: X25519PrivateKey | undefined;
  /** Infinity: until the signal. */
  readonly count: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly time: TimeService;
  readonly rng: Rng;
  readonly signal: AbortSignal;
  onPong(sequence: number, roundTripMs: number): void;
  onLost(sequence: number, reason: string): void;
}

/**
 * Connects once and pings with the health checker's protocol, which every DiemNet node answers.
 * @throws what the network and the dial throw; nothing once connected
 */
export async function pingEndpoint(options: PingOptions): Promise<PingStatistics> {
  const { address, chainId, networkId, time, rng, signal, count, intervalMs, timeoutMs } = options;
  const remoteKey = parseDialAddress(address).publicKey;
  const peerId = peerIdFromPublicKey(remoteKey);
  const keyPair =
    options.privateKey === undefined ? generateKeyPair({ rng }) : keyPairFromPrivateKey(options.privateKey);
  const network = await NetworkBuilder.create({
    chainId,
    role: 'full_node',
    time,
    rng,
    config: {
      network_id: networkId,
      identity: { type: 'from_config', key: keyPair.privateKey, peer_id: ZERO_PEER_ID },
    },
  });
  const { peerManager } = network;
  const statistics = new PingStatistics();
  try {
    // Only dials: nothing listens, and no health checker of our own pings in between.
    await peerManager.start();
    await withTimeout(
      time,
      timeoutMs,
      (dialSignal) => peerManager.dial(peerId, address, { signal: dialSignal }),
      {
        signal,
      },
    );
    for (let sequence = 1; sequence <= count && !signal.aborted; sequence++) {
      const began = time.now();
      statistics.sent();
      try {
        const nonce = randomU32(rng);
        const answer = await peerManager.sendRpc(
          peerId,
          ProtocolIds.HealthCheckerRpc,
          healthCheckerCodec.encode({ type: 'Ping', nonce }),
          { timeoutMs, signal },
        );
        const roundTripMs = time.now() - began;
        const pong = healthCheckerCodec.decode(answer);
        if (pong.type === 'Pong' && pong.nonce === nonce) {
          statistics.answered(roundTripMs);
          options.onPong(sequence, roundTripMs);
        } else {
          options.onLost(sequence, 'wrong answer');
        }
      } catch (error) {
        if (signal.aborted) break;
        options.onLost(sequence, isDiemNetError(error) ? error.code : String(error));
        if (peerManager.connection(peerId) === undefined) break;
      }
      const leftMs = intervalMs - (time.now() - began);
      if (sequence < count && leftMs > 0) await sleep(time, leftMs, { signal }).catch(() => {});
    }
    return statistics;
  } finally {
    await network.stop({ graceMs: 100 });
  }
}
