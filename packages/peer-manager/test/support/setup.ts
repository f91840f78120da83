import type { NetworkAddress, NetworkId, PeerId, PeerRole } from '@diemnet/types';
import { TrustedPeers, VALIDATOR_NETWORK, publicKeyFromHex } from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger } from '@diemnet/types/testing';
import {
  PeerManager,
  type PeerManagerComponents,
  type PeerManagerOptions,
  type ProtocolHandler,
  type ProtocolRegistration,
} from '../../src/index.js';
import { FakeTransport, fakePeerId, recordEvents } from '../../src/testing/index.js';

export const OWN = fakePeerId(5);
/** Less than our own PeerId. */
export const LESSER = fakePeerId(2);
/** Greater than our own PeerId. */
export const GREATER = fakePeerId(9);
export const LISTEN = '/memory/1' as NetworkAddress;
export const TARGET = '/memory/7' as NetworkAddress;

/** A handler that keeps what it gets. */
export function recordingHandler() {
  const received: string[] = [];
  const handler: ProtocolHandler = {
    onDirectSend: (from, protocolId, payload) =>
      received.push(`${from.connectionId}:${protocolId}:${Array.from(payload).join()}`),
    onRpcRequest: (from, protocolId, payload, responder) => {
      received.push(`${from.connectionId}:${protocolId}:rpc:${Array.from(payload).join()}`);
      responder.respond(Uint8Array.from(payload, (byte) => byte + 1));
    },
  };
  return { handler, received };
}

/** A PeerManager over scripted connections, with real Peers. */
export function setup({
  ownPeerId = OWN,
  networkId = VALIDATOR_NETWORK,
  options = {},
  components = {},
  register = [],
}: {
  ownPeerId?: PeerId;
  networkId?: NetworkId;
  options?: Partial<PeerManagerOptions>;
  components?: Partial<PeerManagerComponents>;
  register?: readonly ProtocolRegistration[];
} = {}) {
  const time = new MockTime();
  const metrics = new MemoryMetrics();
  const logger = new RecordingLogger();
  const transport = new FakeTransport();
  const trustedPeers = new TrustedPeers();
  const peerManager = new PeerManager(
    {
      transport,
      trustedPeers,
      context: { role: 'validator', networkId, peerId: ownPeerId },
      time,
      metrics,
      logger,
      ...components,
    },
    options,
  );
  for (const registration of register) peerManager.register(registration);
  const { events, names } = recordEvents(peerManager);
  return {
    time,
    metrics,
    logger,
    transport,
    trustedPeers,
    peerManager,
    events,
    names,
    trust: (...peers: [PeerId, PeerRole][]) =>
      trustedPeers.replace(
        new Map(
          peers.map(([peerId, role]) => [
            peerId,
            { keys: new Set([publicKeyFromHex('22'.repeat(32))]), role },
          ]),
        ),
      ),
    logged: (message: string) => logger.events.filter((event) => event.message === message),
  };
}

/** The same, started. */
export async function running(options: Parameters<typeof setup>[0] = {}) {
  const harness = setup(options);
  await harness.peerManager.start({ listenAddress: LISTEN });
  return harness;
}
