import type { Transport as BaseTransport } from '@diemnet/netcore';
import {
  SocketReader,
  peerIdFromPublicKey,
  systemTime,
  withTimeout,
  type NetworkAddress,
  type TimeService,
  type WaitOptions,
} from '@diemnet/types';
import { parseAddressToDial } from './address.js';
import type { ConnectionMetadata } from './connection.js';
import type { DiemNetTransport } from './diemnet-transport.js';
import { TransportError, UpgradeError } from './errors.js';
import type { LikelyCause } from './likely-cause.js';
import type { UpgradeStage } from './upgrade-attempt.js';

/** What one attempt to reach an endpoint showed. */
export type EndpointReport =
  | { readonly outcome: 'connected'; readonly stage: 'complete'; readonly metadata: ConnectionMetadata }
  | {
      readonly outcome: 'failed';
      /** Where it ended; undefined if it was not even tried. */
      readonly stage: UpgradeStage | undefined;
      readonly likelyCause: LikelyCause;
      readonly error: unknown;
    };

/** Options of {@link checkEndpoint} and {@link checkRefusal}. */
export interface CheckEndpointOptions extends WaitOptions {
  /** For everything together. @default 5000 */
  readonly timeoutMs?: number;
}

const DEFAULT_CHECK_TIMEOUT_MS = 5000;

/**
 * Connects once, goes through Noise and the version handshake, and hangs up (behaviour 18). The handshake version
 * in the address is not looked at. Reports instead of throwing.
 */
export async function checkEndpoint(
  transport: Pick<DiemNetTransport, 'dial'>,
  address: NetworkAddress,
  { timeoutMs = DEFAULT_CHECK_TIMEOUT_MS, signal }: CheckEndpointOptions = {},
): Promise<EndpointReport> {
  try {
    const peerId = peerIdFromPublicKey(parseAddressToDial(address).publicKey);
    const { socket, metadata } = await transport.dial(peerId, address, {
      signal,
      timeoutMs,
      checkVersion: false,
    });
    socket.destroy();
    return { outcome: 'connected', stage: 'complete', metadata };
  } catch (error) {
    return error instanceof UpgradeError
      ? { outcome: 'failed', stage: error.stage, likelyCause: error.likelyCause, error }
      : { outcome: 'failed', stage: undefined, likelyCause: 'unknown', error };
  }
}

/** Bytes of a first message that no listener can accept. */
const GARBAGE_BYTES = 152;
const GARBAGE = 0x07;

/**
 * Sends garbage in place of message 1 and holds that the listener hangs up without a word, which is what a DiemNet
 * listener does (behaviour 18, `no_handshake`). Needs no key.
 * @throws TransportError `ERR_UNEXPECTED_ANSWER` if anything is answered, `ERR_INVALID_ADDRESS`; TypesError
 * `ERR_ELAPSED`; the base transport's error
 */
export async function checkRefusal(
  base: BaseTransport,
  address: NetworkAddress,
  {
    timeoutMs = DEFAULT_CHECK_TIMEOUT_MS,
    time = systemTime,
    signal,
  }: CheckEndpointOptions & { readonly time?: TimeService } = {},
): Promise<void> {
  const parts = parseAddressToDial(address);
  let dropSocket: (() => void) | undefined;
  try {
    await withTimeout(
      time,
      timeoutMs,
      async (timeoutSignal) => {
        const socket = await base.dial(parts.base, { signal: timeoutSignal });
        dropSocket = () => socket.destroy();
        if (timeoutSignal.aborted) return dropSocket();
        const reader = new SocketReader(socket);
        socket.write(new Uint8Array(GARBAGE_BYTES).fill(GARBAGE));
        const answer = await reader.read(1, { signal: timeoutSignal }).catch((error: unknown) => {
          if (timeoutSignal.aborted) throw error;
          return undefined; // a reset is a refusal too
        });
        if (answer !== undefined) {
          throw new TransportError('ERR_UNEXPECTED_ANSWER', `garbage was answered by ${address}`);
        }
      },
      { signal },
    );
  } finally {
    dropSocket?.();
  }
}
