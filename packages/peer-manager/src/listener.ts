import type { Connection, UpgradeError } from '@diemnet/transport';
import type { NetworkAddress } from '@diemnet/types';
import { PeerManagerError } from './errors.js';

/** What listens for PeerManager; `DiemNetTransport.listen` fits. */
export interface ListeningTransport {
  listen(
    address: NetworkAddress,
    handlers: { onConnection(connection: Connection): void; onFailure?(failure: UpgradeError): void },
  ): Promise<TransportListener>;
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
  onConnection: (connection: Connection) => void,
): Promise<TransportListener | undefined> {
  if (address === undefined) return undefined;
  try {
    return await transport.listen(address, { onConnection });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PeerManagerError('ERR_LISTEN_FAILED', `cannot listen on ${address}: ${why}`, {
      cause,
      details: { address },
    });
  }
}
