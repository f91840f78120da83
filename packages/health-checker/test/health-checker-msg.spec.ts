import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { bytesToHex, hexToBytes } from '@diemnet/types';
import { healthCheckerApplication, healthCheckerCodec, type HealthCheckerMsg } from '../src/index.js';

const vectors = JSON.parse(readFileSync(join(__dirname, 'fixtures/vectors/health_checker.json'), 'utf8')) as {
  readonly valid: readonly { name: string; kind: 'Ping' | 'Pong'; nonce: number; bcs_hex: string }[];
  readonly invalid: readonly { name: string; bcs_hex: string }[];
};

describe('HealthCheckerMsg', () => {
  it.each(vectors.valid)('$name has the bytes of the reference', ({ kind, nonce, bcs_hex }) => {
    const message: HealthCheckerMsg = { type: kind, nonce };
    expect(bytesToHex(healthCheckerCodec.encode(message))).toBe(bcs_hex);
    expect(healthCheckerCodec.decode(hexToBytes(bcs_hex))).toEqual(message);
  });

  it.each(vectors.invalid)('is not: $name', ({ bcs_hex }) => {
    expect(() => healthCheckerCodec.decode(hexToBytes(bcs_hex))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_BCS_/) }),
    );
  });

  it('survives the round trip', () => {
    const message = fc.record({
      type: fc.constantFrom('Ping' as const, 'Pong' as const),
      nonce: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    });
    fc.assert(
      fc.property(message, (it) => {
        expect(healthCheckerCodec.decode(healthCheckerCodec.encode(it))).toEqual(it);
      }),
    );
  });

  it('has protocol 5 and the queue of the reference', () => {
    const { protocols, queueStyle, queueSize, queueMetric } = healthCheckerApplication();
    expect([...protocols.keys()]).toEqual([5]);
    expect({ queueStyle, queueSize, queueMetric }).toEqual({
      queueStyle: 'lifo',
      queueSize: 1024,
      queueMetric: 'diem_network_pending_health_check_events',
    });
  });
});
