import type { Connection, UpgradeError } from '@diemnet/transport';
import { abortReason, type NetworkAddress, type PeerId, type WaitOptions } from '@diemnet/types';
import { PeerManagerError } from '../errors.js';
import type { ListenHandlers } from '../listener.js';
import type { PeerTransport } from '../peer-manager.js';
import { FakeConnection, type FakeMetadata } from './fake-connection.js';

/** A dial that waits for the test to decide about it. */
export interface FakeDial {
  readonly peerId: PeerId;
  readonly address: NetworkAddress;
  readonly signal: AbortSignal | undefined;
  /** The dial succeeds. Returns the connection. */
  succeed(metadata?: FakeMetadata): FakeConnection;
  fail(error: Error): void;
}

/** A transport whose connections and dials are scripted. Connection ids ascend. */
export class FakeTransport implements PeerTransport {
  /** All dials so far, in order. */
  readonly dials: FakeDial[] = [];
  listening: NetworkAddress | undefined;
  /** What `listen` fails with. */
  listenError: Error | undefined;
  #handlers: ListenHandlers | undefined;
  #nextId = 0;

  async listen(address: NetworkAddress, handlers: ListenHandlers) {
    if (this.listenError !== undefined) throw this.listenError;
    this.listening = address;
    this.#handlers = handlers;
    return {
      address,
      close: async () => {
        this.listening = undefined;
      },
    };
  }

  dial(peerId: PeerId, address: NetworkAddress, { signal }: WaitOptions = {}): Promise<Connection> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(abortReason(signal)), { once: true });
      this.dials.push({
        peerId,
        address,
        signal,
        succeed: (metadata) => {
          const connection = this.connection({
            remotePeerId: peerId,
            address,
            origin: 'outbound',
            role: 'Unknown',
            ...metadata,
          });
          resolve(connection);
          return connection;
        },
        fail: reject,
      });
    });
  }

  /** The last dial. @throws PeerManagerError `ERR_NOT_CONNECTED` if there was none */
  get lastDial(): FakeDial {
    const dial = this.dials.at(-1);
    if (dial === undefined) throw new PeerManagerError('ERR_NOT_CONNECTED', 'nobody dialed');
    return dial;
  }

  /** Hands over an inbound connection. Listening must have begun. */
  accept(metadata: FakeMetadata = {}): FakeConnection {
    return this.hand(this.connection(metadata));
  }

  /** Hands over a connection as inbound. */
  hand(connection: FakeConnection): FakeConnection {
    this.#handlers?.onConnection(connection);
    return connection;
  }

  /** An inbound upgrade failed. */
  fail(failure: UpgradeError): void {
    this.#handlers?.onFailure?.(failure);
  }

  /** Why nothing would be taken from this address at present. */
  refuses(ip: string): string | undefined {
    return this.#handlers?.refuses?.(ip);
  }

  /** A connection that is handed to nobody. */
  connection(metadata: FakeMetadata = {}): FakeConnection {
    return new FakeConnection({ connectionId: this.#nextId++, ...metadata });
  }
}
