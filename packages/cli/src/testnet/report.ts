import { networkLabel } from '@diemnet/types';
import {
  NO_TRAFFIC,
  type ConnectionTable,
  type TrafficCounts,
  type UnexpectedConnection,
} from './connection-table.js';
import { expectedConnections, type TestnetNode } from './layout.js';

/** State of an expected connection at the end: both ends, one end, or none say that it stands. */
export type ConnectionState = 'connected' | 'half-connected' | 'missing';

/** One expected connection in the report: the sum of both directions, and each end for itself. */
export interface ConnectionReport {
  readonly network: string;
  readonly from: string;
  readonly to: string;
  readonly state: ConnectionState;
  readonly directSendsSent: number;
  readonly directSendsReceived: number;
  readonly rpcsAnswered: number;
  readonly rpcsFailed: number;
  readonly medianRoundTripMs: number | null;
  readonly ends: readonly ({ readonly node: string } & TrafficCounts)[];
}

/** One node in the report. */
export interface NodeReport {
  readonly name: string;
  readonly role: string;
  readonly running: boolean;
  readonly networks: readonly {
    readonly network: string;
    readonly peerId: string;
    readonly address: string;
  }[];
}

/** The last line of `diemnet testnet --json`. */
export interface TestnetReport {
  readonly ok: boolean;
  /** Why `ok` is false, in words; empty when it is true. */
  readonly problems: readonly string[];
  readonly nodes: readonly NodeReport[];
  readonly connections: readonly ConnectionReport[];
  readonly unexpected: readonly UnexpectedConnection[];
}

/** Judges the network as it stands now. */
export function buildReport(
  nodes: readonly TestnetNode[],
  table: ConnectionTable,
  isRunning: (name: string) => boolean,
): TestnetReport {
  const expected = expectedConnections(nodes);
  const connections = expected.map(({ network, from, to }) => {
    const ends = [
      { node: from, ...(table.end(from, to, network)?.traffic ?? NO_TRAFFIC) },
      { node: to, ...(table.end(to, from, network)?.traffic ?? NO_TRAFFIC) },
    ];
    const standing = [table.end(from, to, network), table.end(to, from, network)].filter(
      (end) => end?.connected === true,
    ).length;
    const sum = (pick: (traffic: TrafficCounts) => number) =>
      ends.reduce((total, end) => total + pick(end), 0);
    return {
      network,
      from,
      to,
      state: (['missing', 'half-connected', 'connected'] as const)[standing] as ConnectionState,
      directSendsSent: sum((traffic) => traffic.directSendsSent),
      directSendsReceived: sum((traffic) => traffic.directSendsReceived),
      rpcsAnswered: sum((traffic) => traffic.rpcsAnswered),
      rpcsFailed: sum((traffic) => traffic.rpcsFailed),
      medianRoundTripMs: meanOf(ends.map((end) => end.medianRoundTripMs)),
      ends,
    };
  });
  const unexpected = table.unexpected(expected);
  const problems = [
    ...nodes.filter((node) => !isRunning(node.name)).map((node) => `${node.name} is not running`),
    ...connections
      .filter((connection) => connection.state !== 'connected')
      .map(({ network, from, to, state }) => `${network}: ${from} - ${to} is ${state}`),
    ...unexpected.map(({ network, node, peer }) => `${network}: ${node} - ${peer} should not be connected`),
    ...connections
      .filter((connection) => connection.rpcsFailed > 0)
      .map(
        ({ network, from, to, rpcsFailed }) => `${network}: ${from} - ${to}: ${rpcsFailed} RPCs unanswered`,
      ),
    ...connections
      .filter((connection) => connection.state === 'connected' && connection.rpcsAnswered === 0)
      .map(({ network, from, to }) => `${network}: ${from} - ${to}: no RPC was answered`),
  ];
  return {
    ok: problems.length === 0,
    problems,
    nodes: nodes.map((node) => ({
      name: node.name,
      role: node.role,
      running: isRunning(node.name),
      networks: node.endpoints.map(({ network, peerId, address }) => ({
        network: networkLabel(network),
        peerId,
        address,
      })),
    })),
    connections,
    unexpected,
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : round3(known.reduce((sum, value) => sum + value, 0) / known.length);
}

/** Milliseconds to the microsecond. */
function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
