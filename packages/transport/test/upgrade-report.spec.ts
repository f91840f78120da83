import { settle } from '@diemnet/types/testing';
import type { UpgradeReport } from '../src/index.js';
import { Nodes } from './support/nodes.js';

const CONTEXT = { role_type: 'validator', network_id: 'Validator' };

async function setup({ trusted }: { trusted: boolean }) {
  const nodes = new Nodes();
  const listener = nodes.create();
  const dialer = nodes.create();
  if (trusted) nodes.trust(listener, dialer);
  const listening = await listener.listen();
  const reports: UpgradeReport[] = [];
  const stops = [dialer, listener].map(({ transport }) =>
    transport.onUpgrade((report) => reports.push(report)),
  );
  const dial = () => dialer.transport.dial(listener.peerId, listening.address);
  return { listener, dialer, listening, reports, stops, dial };
}

it('reports both ends of a connection with their stages', async () => {
  const { listener, dialer, reports, dial } = await setup({ trusted: true });
  const { socket } = await dial();
  await listener.accepted();
  const outbound = reports.find(({ origin }) => origin === 'outbound');
  const inbound = reports.find(({ origin }) => origin === 'inbound');
  expect(outbound).toMatchObject({ remotePeerId: listener.peerId, failure: undefined });
  expect(outbound?.stages.map(({ stage }) => stage)).toEqual(['connect', 'noise', 'handshake', 'negotiate']);
  expect(inbound).toMatchObject({ remotePeerId: dialer.peerId, metadata: { origin: 'inbound' } });
  expect(inbound?.stages.map(({ stage }) => stage).at(-1)).toBe('negotiate');
  socket.destroy();
});

it('reports a refused connection with the stage in which each side noticed', async () => {
  const { listener, dialer, reports, dial } = await setup({ trusted: false });
  await expect(dial()).rejects.toThrow();
  await settle();
  for (const report of reports) {
    expect(report.metadata).toBeUndefined();
    expect(report.stages.at(-1)?.stage).toBe('noise');
    expect(report.failure?.stage).toBe('noise');
  }
  expect(reports.map(({ origin }) => origin).sort()).toEqual(['inbound', 'outbound']);
  const name = 'diem_network_connection_upgrade_stage_seconds';
  for (const { metrics } of [listener, dialer]) {
    expect(metrics.observations(name, { ...CONTEXT, stage: 'noise', state: 'failed' })).toHaveLength(1);
    expect(metrics.observations(name, { stage: 'handshake' })).toEqual([]);
  }
});

it('is not disturbed by an observer that throws, and tells nobody who has left', async () => {
  const { listener, dialer, reports, stops, dial } = await setup({ trusted: true });
  stops.forEach((stop) => stop());
  dialer.transport.onUpgrade(() => {
    throw new TypeError('a faulty observer');
  });
  const { socket } = await dial();
  await listener.accepted();
  expect(reports).toEqual([]);
  socket.destroy();
});
