import { MemoryMetrics } from '@diemnet/types/testing';
import { DEFAULT_PEER_OPTIONS, createPeerMetrics, resolvePeerOptions } from '../src/index.js';
import { CONTEXT } from './harness.js';

describe('options', () => {
  it('fills in the defaults and leaves its argument alone', () => {
    const given = Object.freeze({ laneMessages: 5 });
    expect(resolvePeerOptions(given)).toEqual({ ...DEFAULT_PEER_OPTIONS, laneMessages: 5 });
    expect(Object.isFrozen(DEFAULT_PEER_OPTIONS)).toBe(true);
    expect(DEFAULT_PEER_OPTIONS).toMatchObject({
      maxFrameBytes: 8_388_608,
      laneMessages: 1024,
      maxPendingInboundRpcs: 100,
      maxPendingOutboundRpcs: 100,
      inboundRpcTimeoutMs: 10_000,
    });
  });

  it('refuses numbers that make no sense and priorities that do not exist', () => {
    for (const bad of [0, -1, Number.NaN]) {
      expect(() => resolvePeerOptions({ laneBytes: bad })).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
      );
    }
    expect(() => resolvePeerOptions({ lanePriorities: new Map([[1, 'soon' as 'urgent']]) })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    );
    expect(resolvePeerOptions({ maxPendingInboundRpcs: 0, lanePriorities: new Map([[1, 5]]) })).toBeDefined();
  });
});

describe('metrics', () => {
  it('have the names that dashboards know', () => {
    const metrics = new MemoryMetrics();
    createPeerMetrics(metrics, CONTEXT);
    expect(metrics.names()).toEqual([
      'diem_network_direct_send_bytes',
      'diem_network_direct_send_messages',
      'diem_network_dropped_messages',
      'diem_network_error_messages',
      'diem_network_inbound_rpc_handler_latency_seconds',
      'diem_network_invalid_messages',
      'diem_network_outbound_rpc_request_latency_seconds',
      'diem_network_peer_send_failures',
      'diem_network_pending_requests',
      'diem_network_pending_wire_bytes',
      'diem_network_pending_wire_messages',
      'diem_network_rpc_bytes',
      'diem_network_rpc_messages',
      'diem_network_wire_bytes',
    ]);
  });

  it('carry the labels of the network', () => {
    const metrics = new MemoryMetrics();
    createPeerMetrics(metrics, CONTEXT).requestSent.inc();
    const labels = {
      role_type: 'validator',
      network_id: 'Validator',
      peer_id: '01010101',
      type: 'request',
      state: 'sent',
    };
    expect(metrics.value('diem_network_rpc_messages', labels)).toBe(1);
  });
});
