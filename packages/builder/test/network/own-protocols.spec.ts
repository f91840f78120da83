import { bytesCodec, jsonCodec, type ApplicationDefinition } from '@diemnet/network';
import type { ProtocolKind } from '@diemnet/peer-manager';
import { MemoryHarness, keys, peerOf, seed } from './memory-harness.js';

const A = keys(1);
const B = keys(2);

const define = (
  name: string,
  ids: readonly number[],
  kinds: readonly ProtocolKind[] = ['direct-send', 'rpc'],
): ApplicationDefinition<Uint8Array> => ({
  name,
  protocols: ids.map((id) => ({ id, name: `${name}-${id}`, kinds, codec: bytesCodec })),
});

describe('Protocols of an application', () => {
  let harness: MemoryHarness;
  beforeEach(() => {
    harness = new MemoryHarness();
  });
  afterEach(() => harness.stopAll());

  /** Two connected nodes with one application each. */
  async function pair<T = Uint8Array>(ofA: ApplicationDefinition<T>, ofB: ApplicationDefinition<T>) {
    const a = await harness.create(harness.options(A, 1));
    const b = await harness.create(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    const [atA, atB] = [a.registerApplication(ofA), b.registerApplication(ofB)];
    for (const network of [a, b]) {
      await network.build();
      network.start();
    }
    await harness.until(() => b.connectivityManager.connectedCount === 1);
    await harness.until(() => a.connectivityManager.connectedCount === 1);
    return { a, b, atA, atB };
  }

  it('are negotiated from 7 to 255 like all others', async () => {
    const { a, atA, atB } = await pair(define('mesh', [7, 128, 255]), define('mesh', [7, 128, 255]));
    expect(a.peerManager.connection(peerOf(B))?.applicationProtocols.toIds()).toEqual([5, 7, 128, 255]);
    const received: number[] = [];
    atB.events.setHandler({
      onMessage: (_message, _from, protocolId) => received.push(protocolId),
      onRpc: (message, responder) => void responder.respond(message),
    });
    for (const id of [7, 128, 255]) {
      expect(atA.sender.sendTo(peerOf(B), id, Uint8Array.of(id))).toBe(true);
      const answer = atA.sender.sendRpc(peerOf(B), id, Uint8Array.of(id), { timeoutMs: 1000 });
      await harness.pass();
      await expect(answer).resolves.toEqual(Uint8Array.of(id));
    }
    expect(received).toEqual([7, 128, 255]);
  });

  it('are never sent to a peer that does not advertise them [D-46]', async () => {
    const { atA, b } = await pair(define('mesh', [60, 61]), define('other', [61]));
    const refusal = expect.objectContaining({ code: 'ERR_PROTOCOL_NOT_SUPPORTED' }) as Error;
    expect(() => atA.sender.sendTo(peerOf(B), 60, Uint8Array.of(1))).toThrow(refusal);
    await expect(atA.sender.sendRpc(peerOf(B), 60, Uint8Array.of(1), { timeoutMs: 1000 })).rejects.toEqual(
      refusal,
    );
    await expect(atA.sender.ready(peerOf(B), 60)).rejects.toEqual(refusal);
    const { failed } = atA.sender.sendToMany([peerOf(B)], 60, Uint8Array.of(1));
    expect([...failed]).toEqual([[peerOf(B), refusal]]);
    await harness.pass(1000);
    expect(harness.metrics.value('diem_network_invalid_messages')).toBe(0);
    expect(b.peerManager.connection(peerOf(A))).toBeDefined();
  });

  it('are refused when two applications of a node want the same, whoever owns the first [D-46]', async () => {
    const network = await harness.create(harness.options(A, 1));
    network.registerApplication(define('first', [60]));
    const clash = expect.objectContaining({ code: 'ERR_PROTOCOL_CLASH' });
    expect(() => network.registerApplication(define('second', [59, 60]))).toThrow(clash);
    const pings = { id: 5, name: 'HealthCheckerRpc', kinds: ['rpc'] as const, codec: bytesCodec };
    expect(() => network.registerApplication({ name: 'pings', protocols: [pings] })).toThrow(clash);
    // What clashed has claimed nothing.
    expect(() => network.registerApplication(define('third', [59]))).not.toThrow();
  });

  it('are refused by both nodes when they registered them for different kinds [D-09] [D-46]', async () => {
    const { a, b, atA, atB } = await pair(
      define('asks', [60], ['rpc']),
      define('tells', [60], ['direct-send']),
    );
    const request = atA.sender.sendRpc(peerOf(B), 60, Uint8Array.of(1), { timeoutMs: 5000 });
    const failed = expect(request).rejects.toMatchObject({ code: 'ERR_NOT_SUPPORTED' });
    expect(atB.sender.sendTo(peerOf(A), 60, Uint8Array.of(2))).toBe(true);
    await harness.pass();
    await failed;
    expect(harness.metrics.value('diem_network_dropped_messages', { reason: 'not-supported' })).toBe(2);
    // Nor can either send what it did not register itself.
    expect(() => atA.sender.sendTo(peerOf(B), 60, Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'ERR_PROTOCOL_KIND' }),
    );
    expect(a.peerManager.connection(peerOf(B))).toBeDefined();
    expect(b.peerManager.connection(peerOf(A))).toBeDefined();
  });

  it('answer a request exactly once, with a message, bytes or an error', async () => {
    const codec = jsonCodec<string>(String);
    const json: ApplicationDefinition<string> = {
      name: 'json',
      protocols: [{ id: 60, name: 'json', kinds: ['rpc'], codec }],
    };
    const { atA, atB } = await pair(json, json);
    const twice: unknown[] = [];
    const attempt = (again: () => unknown) => {
      try {
        again();
      } catch (error) {
        twice.push((error as { code?: string }).code);
      }
    };
    atB.events.setHandler({
      onRpc: (message, responder) => {
        if (message === 'message') responder.respond('as a message');
        else if (message === 'bytes') responder.respondBytes(codec.encode('as bytes'));
        else responder.fail(new TypeError('no'));
        attempt(() => responder.respond('again'));
        attempt(() => responder.respondBytes(Uint8Array.of(1)));
        attempt(() => responder.fail('again'));
      },
    });
    const ask = (message: string) => {
      const answer = atA.sender.sendRpc(peerOf(B), 60, message, { timeoutMs: 1000 });
      answer.catch(() => {});
      return answer;
    };
    const answers = [ask('message'), ask('bytes'), ask('error')];
    await harness.pass(1000);
    await expect(answers[0]).resolves.toBe('as a message');
    await expect(answers[1]).resolves.toBe('as bytes');
    // The format has no message for an error of the application: who asked sees the timeout.
    await expect(answers[2]).rejects.toMatchObject({ code: 'ERR_RPC_TIMED_OUT' });
    expect(twice).toEqual(Array(9).fill('ERR_ALREADY_ANSWERED'));
  });
});
