import type { Connection, UpgradeError } from '@diemnet/transport';
import type { NetworkAddress } from '@diemnet/types';
import { PeerManagerError } from './errors.js';

/** What PeerManager wants to hear of a listener. */
export interface ListenHandlers {
  onConnection(connection: Connection): void;
  onFailure?(failure: UpgradeError): void;
  /** Why nothing is taken from this address at present. */
  refuses?(ip: string): string | undefined;
}

/** What listens for PeerManager; `DiemNetTransport.listen` fits. */
export interface ListeningTransport {
  listen(address: NetworkAddress, handlers: ListenHandlers): Promise<TransportListener>;
}

/** A transport that listens. */
export interface TransportListener {
  /** What others can dial. */
  readonly address: NetworkAddress;
  close(): Promise<void>;
}

/**
 * Listens, if there is an address to listen on.
 * @throws PeerManagerError `ERR_LISTEN_FAILED` if it is taken or cannot be listened on (D-02)
 */
export async function startListening(
  transport: ListeningTransport,
  address: NetworkAddress | undefined,
  handlers: ListenHandlers,
): Promise<TransportListener | undefined> {
  if (address === undefined) return undefined;
  try {
    return await transport.listen(address, handlers);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PeerManagerError('ERR_LISTEN_FAILED', `cannot listen on ${address}: ${why}`, {
      cause,
      details: { address },
    });
  }
}
