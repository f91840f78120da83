import type { NetworkBuilder } from '@diemnet/builder';
import { bytesCodec } from '@diemnet/network';
import { ProtocolIds } from '@diemnet/wire';
import type { NodeOutput } from './node-output.js';

const ECHOED = [
  ProtocolIds.ConsensusRpc,
  ProtocolIds.ConsensusDirectSend,
  ProtocolIds.MempoolDirectSend,
  ProtocolIds.StateSyncDirectSend,
  ProtocolIds.DiscoveryDirectSend,
];

/** Echoes that may wait per protocol: a single read from the socket can bring thousands of small messages. */
export const ECHO_LANE_MESSAGES = 65_536;

/** Answers every RPC with its payload and sends every DirectSend back, on protocols 0 to 4, whatever the bytes. */
export function runEcho(network: NetworkBuilder, output: NodeOutput): void {
  const { context } = network;
  const { sender, events } = network.registerApplication<Uint8Array>({
    name: 'echo',
    protocols: ECHOED.map((id) => ({ id, kinds: ['rpc', 'direct-send'], codec: bytesCodec })),
  });
  events.setHandler({
    onMessage(message, { remotePeerId: peer }, protocol) {
      output.arrived('message', context, { peer, protocol, length: message.length });
      try {
        sender.sendTo(peer, protocol, message);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        output.forProgram({ event: 'not-echoed', peer, protocol, length: message.length, reason });
      }
    },
    onRpc(message, responder, { remotePeerId: peer }, protocol) {
      output.arrived('rpc', context, { peer, protocol, length: message.length });
      responder.respond(message);
    },
    onConnection: (event) => output.connection(context, event),
  });
}
