import { generateKeyPair } from '@diemnet/noise';
import { ConnectionTable, type TrafficCounts } from '../src/testnet/connection-table.js';
import { createLayout, expectedConnections, nodeConfigOf, type TestnetNode } from '../src/testnet/layout.js';
import { LiveView } from '../src/testnet/live-view.js';
import { buildReport } from '../src/testnet/report.js';
import { MockTime } from '@diemnet/types/testing';
import { networkLabel } from '@diemnet/types';

async function layout(validators: number, vfns: number, pfns: number): Promise<TestnetNode[]> {
  let port = 20000;
  return createLayout(
    { validators, vfns, pfns },
    { generateKeyPair: () => generateKeyPair(), freePort: async () => port++ },
  );
}

function tableOf(nodes: readonly TestnetNode[]): ConnectionTable {
  return new ConnectionTable(
    (network, peerId) =>
      nodes.find((node) =>
        node.endpoints.some((e) => e.peerId === peerId && networkLabel(e.network) === network),
      )?.name,
  );
}

function peerIdOf(nodes: readonly TestnetNode[], name: string, network: string): string {
  const node = nodes.find((other) => other.name === name) as TestnetNode;
  return node.endpoints.find((endpoint) => networkLabel(endpoint.network) === network)?.peerId as string;
}

const TRAFFIC: TrafficCounts = {
  directSendsSent: 10,
  directSendsReceived: 9,
  rpcsAnswered: 5,
  rpcsFailed: 0,
  medianRoundTripMs: 1.5,
  bytesSent: 1000,
  bytesReceived: 900,
};

/** Every expected connection up at both ends, with traffic. */
function connectAll(nodes: readonly TestnetNode[], table: ConnectionTable): void {
  for (const { network, from, to } of expectedConnections(nodes)) {
    for (const [node, peer] of [
      [from, to],
      [to, from],
    ] as const) {
      const peerId = peerIdOf(nodes, peer, network);
      table.apply(node, { event: 'new-peer', network, peer: peerId, origin: 'inbound' });
      table.apply(node, { event: 'stats', network, peers: { [peerId]: TRAFFIC } });
    }
  }
}

describe('the layout of a testnet', () => {
  it('expects a full mesh of validators, vfn to validator, pfn to every vfn', async () => {
    const nodes = await layout(4, 1, 2);
    const expected = expectedConnections(nodes);
    expect(expected.filter((c) => c.network === 'Validator')).toHaveLength(6);
    expect(expected.filter((c) => c.network === 'vfn')).toEqual([
      { network: 'vfn', from: 'vfn-0', to: 'validator-0' },
    ]);
    expect(expected.filter((c) => c.network === 'Public').map((c) => `${c.from} ${c.to}`)).toEqual([
      'pfn-0 vfn-0',
      'pfn-1 vfn-0',
    ]);
  });

  it('gives each node the networks of its role', async () => {
    const nodes = await layout(2, 1, 1);
    const options = { validatorSetFile: '/set', connectivityCheckIntervalMs: 1000, pollIntervalMs: 1500 };
    const configs = nodes.map((node) => nodeConfigOf(node, nodes, options));
    expect(configs[0]).toMatchObject({
      base: { role: 'validator' },
      validator_network: {
        mutual_authentication: true,
        onchain_source: { file: ['/set', { secs: 1, nanos: 500_000_000 }] },
      },
      full_node_networks: [{ network_id: { private: 'vfn' } }],
    });
    expect(configs[2]).toMatchObject({
      base: { role: 'full_node' },
      full_node_networks: [{ network_id: { private: 'vfn' } }, { network_id: 'public' }],
    });
    expect(configs[3]).not.toHaveProperty('validator_network');
  });
});

describe('the report of a testnet', () => {
  it('is ok when every expected connection stands at both ends and every RPC was answered', async () => {
    const nodes = await layout(4, 1, 2);
    const table = tableOf(nodes);
    connectAll(nodes, table);
    const report = buildReport(nodes, table, () => true);
    expect(report).toMatchObject({ ok: true, problems: [], unexpected: [] });
    expect(report.connections[0]).toMatchObject({
      state: 'connected',
      directSendsSent: 20,
      directSendsReceived: 18,
      rpcsAnswered: 10,
      medianRoundTripMs: 1.5,
    });
  });

  it('is not ok when one end lost the connection', async () => {
    const nodes = await layout(2, 0, 0);
    const table = tableOf(nodes);
    connectAll(nodes, table);
    table.apply('validator-0', {
      event: 'lost-peer',
      network: 'Validator',
      peer: peerIdOf(nodes, 'validator-1', 'Validator'),
      reason: 'ConnectionLost',
    });
    const report = buildReport(nodes, table, () => true);
    expect(report.ok).toBe(false);
    expect(report.connections[0]?.state).toBe('half-connected');
  });

  it('is not ok when an RPC failed, a node is gone, or a connection is unexpected', async () => {
    const nodes = await layout(3, 0, 0);
    const failed = tableOf(nodes);
    connectAll(nodes, failed);
    const peer = peerIdOf(nodes, 'validator-1', 'Validator');
    failed.apply('validator-0', {
      event: 'stats',
      network: 'Validator',
      peers: { [peer]: { ...TRAFFIC, rpcsFailed: 1 } },
    });
    expect(buildReport(nodes, failed, () => true).ok).toBe(false);

    const gone = tableOf(nodes);
    connectAll(nodes, gone);
    expect(buildReport(nodes, gone, (name) => name !== 'validator-2').ok).toBe(false);

    const stranger = tableOf(nodes);
    connectAll(nodes, stranger);
    stranger.apply('validator-0', {
      event: 'new-peer',
      network: 'Validator',
      peer: 'ff'.repeat(16),
      origin: 'inbound',
    });
    expect(buildReport(nodes, stranger, () => true).unexpected).toEqual([
      { network: 'Validator', node: 'validator-0', peer: 'ff'.repeat(16) },
    ]);
  });
});

describe('the live view', () => {
  it('shows state, round trip and rates of every expected connection', async () => {
    const nodes = await layout(2, 0, 0);
    const table = tableOf(nodes);
    const time = new MockTime();
    const view = new LiveView({ time, colours: false });
    expect(view.render(nodes, table, [])).toContain('0 of 1 connections stand');
    connectAll(nodes, table);
    time.advance(1000);
    const screen = view.render(nodes, table, ['something happened']);
    expect(screen).toContain('1 of 1 connections stand');
    expect(screen).toMatch(/Validator +validator-0 +validator-1 +connected +1\.50 ms +30 +2\.0/);
    expect(screen).toContain('something happened');
  });
});
