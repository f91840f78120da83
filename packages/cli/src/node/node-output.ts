import type { ConnectionEvent } from '@diemnet/peer-manager';
import { networkLabel, type NetworkAddress, type NetworkContext, type PeerId } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { Terminal } from '../terminal.js';

/** What a node tells about itself: a JSON object per line, or a line to read. */
export class NodeOutput {
  readonly #terminal: Terminal;
  readonly #json: boolean;

  constructor(terminal: Terminal, { json }: { readonly json: boolean }) {
    this.#terminal = terminal;
    this.#json = json;
  }

  listening(context: NetworkContext, address: NetworkAddress): void {
    const network = networkLabel(context.networkId);
    this.#say(
      { event: 'listening', network, address, peer: context.peerId },
      `${network}: listening on ${address} as ${context.peerId}`,
    );
  }

  admin(url: string): void {
    this.#say({ event: 'admin', url }, `administrative server at ${url}`);
  }

  connection({ networkId }: NetworkContext, event: ConnectionEvent): void {
    const network = networkLabel(networkId);
    const { remotePeerId: peer, address, origin, role, connectionId } = event.metadata;
    const fields = { event: event.type, network, peer, address, origin, role, connectionId };
    if (event.type === 'lost-peer') {
      const { reason, cause } = event;
      this.#say({ ...fields, reason, cause }, `${network}: lost ${peer} (${reason}: ${cause})`);
    } else {
      const verb = event.type === 'new-peer' ? 'connected to' : 'has a new connection to';
      this.#say(fields, `${network}: ${verb} ${peer} (${origin}, ${role}) at ${address}`);
    }
  }

  /** A DirectSend or a request arrived. */
  arrived(
    event: 'message' | 'rpc',
    { networkId }: NetworkContext,
    from: { readonly peer: PeerId; readonly protocol: ProtocolId; readonly length: number },
  ): void {
    const network = networkLabel(networkId);
    this.#say(
      { event, network, ...from },
      `${network}: ${event} of ${from.length} bytes on protocol ${from.protocol} from ${from.peer}`,
    );
  }

  /** The network has a new identity key, and announces this address. */
  keyRotated({ networkId, peerId }: NetworkContext, address: NetworkAddress): void {
    const network = networkLabel(networkId);
    this.#say(
      { event: 'key-rotated', network, address, peer: peerId },
      `${network}: has a new identity key, announces ${address}`,
    );
  }

  /** Something for the program that runs this node; people are not told. */
  forProgram(line: { readonly event: string } & Readonly<Record<string, unknown>>): void {
    if (this.#json) this.#terminal.out(`${JSON.stringify(line)}\n`);
  }

  #say(line: Readonly<Record<string, unknown>>, text: string): void {
    this.#terminal.out(this.#json ? `${JSON.stringify(line)}\n` : `${text}\n`);
  }
}
