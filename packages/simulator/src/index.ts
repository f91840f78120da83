/**
 * A whole DiemNet in one process and in virtual time, repeatable from a seed.
 *
 * Layer 7: sits on all other packages, serves tests.
 *
 * @packageDocumentation
 */
export { SimulatorError } from './errors.js';
export type { SimulatorErrorCode } from './errors.js';
export { VirtualTime } from './time/virtual-time.js';
export type { RunOutcome, VirtualTimeOptions } from './time/virtual-time.js';
export { NodeClock } from './time/node-clock.js';
export { Incarnation } from './time/incarnation.js';
export type { IncarnationState } from './time/incarnation.js';
export { Prng } from './random/prng.js';
export { Trace } from './trace/trace.js';
export type { TraceEntry, TraceKind, TraceOptions } from './trace/trace.js';
export { SimulatedNetwork } from './net/simulated-network.js';
export type { ConnectHandlers, SimulatedNetworkOptions } from './net/simulated-network.js';
export { SimulatedTransport } from './net/simulated-transport.js';
export { SimulatedHost } from './net/simulated-host.js';
export { SimulatedSocket } from './net/simulated-socket.js';
export { SimulatedConnection } from './net/simulated-connection.js';
export { Link } from './net/link.js';
export { DEFAULT_LINK_SHAPE, resolveLinkShape } from './net/link-shape.js';
export type { LinkShape } from './net/link-shape.js';
export type { Trap, TrapFault } from './net/trap.js';
export { World } from './world/world.js';
export type { WorldObserver, WorldOptions } from './world/world.js';
export { NODE_PORT, SimulatedNode } from './world/simulated-node.js';
export type { Answer, SimulatedNodeOptions } from './world/simulated-node.js';
export {
  DEFAULT_INVARIANTS,
  boundedQueues,
  noOverdueWaiter,
  oneConnectionPerPeer,
  trustedPeersOnly,
} from './world/invariants.js';
export type { Invariant } from './world/invariants.js';
export { apart, connected, fullMesh } from './world/conditions.js';
export { durationMs } from './duration.js';
export type { Duration } from './duration.js';
export type {
  NodeState,
  PartitionOptions,
  RestartState,
  Testbed,
  TestbedNode,
  UntilOptions,
} from './scenario/testbed.js';
export type { Pace } from './net/simulated-network.js';
export { runScenario, scenario } from './scenario/scenario.js';
export type { Scenario, ScenarioOptions, ScenarioParameters, ScenarioReport } from './scenario/scenario.js';
export { Adversary } from './adversary/adversary.js';
export type { AdversaryConnection, AdversaryOptions } from './adversary/adversary.js';
export { INSIDERS_ATTACKS, STRANGERS_ATTACKS } from './adversary/attacks.js';
export type { Attack } from './adversary/attacks.js';
export { SCENARIOS } from './scenarios/all-scenarios.js';
export { Transcript } from './transcript/transcript.js';
export type { FormatTranscriptOptions, TranscriptPiece, TranscriptSide } from './transcript/transcript.js';
export { recordSocket } from './transcript/recorded-socket.js';
export { replay, replayToSocket } from './transcript/replay.js';
export type { ReplayOptions } from './transcript/replay.js';
