/**
 * Doubles and compliance suites for sockets and transports. Imports no test runner: suites take its functions.
 *
 * @example
 * socketCompliance('MySocket', async () => connectedPair(), { describe, it, expect });
 *
 * @packageDocumentation
 */
export { FaultySocket, faultySocket } from './faulty-socket.js';
export type { Faults } from './faulty-socket.js';
export { SocketProbe } from './socket-probe.js';
export { socketCompliance } from './socket-compliance.js';
export type { SocketPair, SocketComplianceOptions } from './socket-compliance.js';
export { transportCompliance } from './transport-compliance.js';
export type { TransportFixture } from './transport-compliance.js';
export type { Matchers, TestRunner } from './test-runner.js';
