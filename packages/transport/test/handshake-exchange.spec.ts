import { createMemorySocketPair } from '@diemnet/memsocket';
import { encodeU16Frame } from '@diemnet/netcore';
import {
  PUBLIC_NETWORK,
  SocketReader,
  VALIDATOR_NETWORK,
  chainIdFromNumber,
  errorCode,
  privateNetwork,
  type NetworkId,
} from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { createHandshakeMsg, encodeHandshakeMsg, negotiate } from '@diemnet/wire';
import fc from 'fast-check';
import { exchangeHandshake, handshakeFrame } from '../src/handshake-exchange.js';
import { RecordingHandler } from './support/recording-handler.js';

const message = (chain = 4, networkId: NetworkId = VALIDATOR_NETWORK, protocolIds: number[] = [0, 4]) =>
  createHandshakeMsg({ chainId: chainIdFromNumber(chain), networkId, protocolIds });

describe('exchangeHandshake', () => {
  it('gives each side the message of the other, without one waiting for the other to go first [C-182]', async () => {
    const [near, far] = createMemorySocketPair();
    const ours = message(4, VALIDATOR_NETWORK, [0, 1, 2]);
    const theirs = message(4, VALIDATOR_NETWORK, [0, 6]);
    const [atNear, atFar] = await Promise.all([
      exchangeHandshake(near, ours),
      exchangeHandshake(far, theirs),
    ]);
    expect(encodeHandshakeMsg(atNear.theirs)).toEqual(encodeHandshakeMsg(theirs));
    expect(encodeHandshakeMsg(atFar.theirs)).toEqual(encodeHandshakeMsg(ours));
  });

  it('sends before it has read anything', async () => {
    const [near, far] = createMemorySocketPair();
    const exchange = exchangeHandshake(near, message());
    const frame = await new SocketReader(far).readExactly(8);
    expect(Buffer.from(frame).toString('hex')).toBe('0006010001880400');
    far.destroy();
    await expect(exchange).rejects.toThrow();
  });

  it('writes nothing where our message was sent before', async () => {
    const [near, far] = createMemorySocketPair();
    const written = jest.spyOn(near, 'write');
    far.write(handshakeFrame(message(4)));
    const { theirs } = await exchangeHandshake(near, message(4), { sent: true });
    expect(encodeHandshakeMsg(theirs)).toEqual(encodeHandshakeMsg(message(4)));
    expect(written).not.toHaveBeenCalled();
  });

  it.each<[string, ReturnType<typeof message>, ReturnType<typeof message>, string]>([
    ['chains', message(4), message(5), 'ERR_INVALID_CHAIN_ID'],
    ['networks', message(4, VALIDATOR_NETWORK), message(4, PUBLIC_NETWORK), 'ERR_INVALID_NETWORK_ID'],
    [
      'private networks',
      message(4, privateNetwork('a')),
      message(4, privateNetwork('b')),
      'ERR_INVALID_NETWORK_ID',
    ],
  ])('swaps messages of different %s, and then both sides refuse [C-183]', async (_, ours, theirs, code) => {
    const [near, far] = createMemorySocketPair();
    const [atNear, atFar] = await Promise.all([
      exchangeHandshake(near, ours),
      exchangeHandshake(far, theirs),
    ]);
    expect(() => negotiate(ours, atNear.theirs)).toThrow(expect.objectContaining({ code }));
    expect(() => negotiate(theirs, atFar.theirs)).toThrow(expect.objectContaining({ code }));
  });

  it.each<[string, Uint8Array, string]>([
    ['empty', Uint8Array.of(0, 0), 'ERR_INVALID_HANDSHAKE_MSG'],
    ['truncated', encodeU16Frame(encodeHandshakeMsg(message())).subarray(0, 5), 'ERR_UNEXPECTED_EOF'],
    [
      'cut short by its length',
      encodeU16Frame(encodeHandshakeMsg(message()).subarray(0, 4)),
      'ERR_INVALID_HANDSHAKE_MSG',
    ],
    [
      'too long',
      encodeU16Frame(Uint8Array.of(...encodeHandshakeMsg(message()), 0)),
      'ERR_INVALID_HANDSHAKE_MSG',
    ],
    ['absent', new Uint8Array(0), 'ERR_UNEXPECTED_EOF'],
  ])('refuses a frame that is %s [C-184]', async (_, bytes, code) => {
    const [near, far] = createMemorySocketPair();
    far.write(bytes);
    far.end();
    await expect(exchangeHandshake(near, message())).rejects.toMatchObject({ code });
  });

  it('takes a frame that comes byte by byte, and leaves what follows to the next owner [C-205]', async () => {
    const [near, far] = createMemorySocketPair();
    const exchange = exchangeHandshake(near, message());
    for (const byte of encodeU16Frame(encodeHandshakeMsg(message(7)))) {
      far.write(Uint8Array.of(byte));
      await settle(2);
    }
    far.writeMany([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    const { theirs, socket } = await exchange;
    expect(theirs.chainId).toBe(7);
    const handler = new RecordingHandler();
    socket.setHandler(handler);
    await settle();
    expect(handler.bytes).toEqual([1, 2, 3]);
  });

  it('survives arbitrary bytes: it gives a typed error or a message [C-185]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, framed) => {
        const [near, far] = createMemorySocketPair();
        far.write(framed ? encodeU16Frame(bytes) : bytes.slice());
        far.end();
        const outcome = await exchangeHandshake(near, message()).then(
          ({ theirs }) => theirs,
          (error: unknown) => errorCode(error),
        );
        if (typeof outcome === 'string') expect(outcome).toMatch(/^ERR_/);
        else {
          const negotiation = (() => {
            try {
              return negotiate(message(), outcome);
            } catch (error) {
              return errorCode(error);
            }
          })();
          expect(typeof negotiation === 'string' ? negotiation : 'ERR_').toMatch(/^ERR_/);
        }
      }),
    );
  });

  it('swaps arbitrary messages [C-185]', async () => {
    const anyMessage = fc
      .record({
        chain: fc.integer({ min: 1, max: 255 }),
        network: fc.constantFrom(VALIDATOR_NETWORK, PUBLIC_NETWORK, privateNetwork('vfn')),
        ids: fc.uniqueArray(fc.nat(255)),
      })
      .map(({ chain, network, ids }) => message(chain, network, ids));
    await fc.assert(
      fc.asyncProperty(anyMessage, anyMessage, async (ours, theirs) => {
        const [near, far] = createMemorySocketPair();
        const [atNear, atFar] = await Promise.all([
          exchangeHandshake(near, ours),
          exchangeHandshake(far, theirs),
        ]);
        expect(encodeHandshakeMsg(atNear.theirs)).toEqual(encodeHandshakeMsg(theirs));
        expect(encodeHandshakeMsg(atFar.theirs)).toEqual(encodeHandshakeMsg(ours));
      }),
      { numRuns: 50 },
    );
  });
});
