import type { Scenario } from '../scenario/scenario.js';
import { attackScenarios } from './attacks.js';
import { longChurn, shortChurn } from './churn.js';
import { deafPeer } from './deaf-peer.js';
import { dialsUnderLoad } from './dials-under-load.js';
import { faultyHandshakes } from './faulty-handshakes.js';
import { handshakeFlood, replayedHandshakes } from './handshake-flood.js';
import { keyRotation } from './key-rotation.js';
import { oneWayPartition, partitionAndHeal } from './partition-and-heal.js';
import { simultaneousDials } from './simultaneous-dials.js';
import { stoppingScenarios } from './stopping.js';

/** Every scenario that comes with this package, by name. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [
    simultaneousDials,
    dialsUnderLoad,
    partitionAndHeal,
    oneWayPartition,
    deafPeer,
    handshakeFlood,
    replayedHandshakes,
    keyRotation,
    shortChurn,
    longChurn,
    ...stoppingScenarios,
    ...attackScenarios,
    ...faultyHandshakes,
  ].map((scenario) => [scenario.name, scenario]),
);
