import type { Connection } from '@diemnet/transport';
import { abortReason, type NetworkAddress, type PeerId, type WaitOptions } from '@diemnet/types';
import { PeerManagerError } from '../errors.js';
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
  #accept: ((connection: Connection) => void) | undefined;
  #nextId = 0;

  async listen(address: NetworkAddress, handlers: { onConnection(connection: Connection): void }) {
    if (this.listenError !== undefined) throw this.listenError;
    this.listening = address;
    this.#accept = (connection) => handlers.onConnection(connection);
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
    this.#accept?.(connection);
    return connection;
  }

  /** A connection that is handed to nobody. */
  connection(metadata: FakeMetadata = {}): FakeConnection {
    return new FakeConnection({ connectionId: this.#nextId++, ...metadata });
  }
}
