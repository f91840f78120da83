import type { InboundUpgrade, OutboundUpgrade } from '@diemnet/noise';
import { SocketReader } from '@diemnet/types';
import { BACKENDS } from './support/backends.js';
import { HandshakeHarness } from './support/handshakes.js';

/** Message 2: the listener's ephemeral key and the tag of its empty payload. */
const MESSAGE_2_BYTES = 48;
const FRAME_OVERHEAD_BYTES = 2 + 16;

describe.each(BACKENDS)("the listener's greeting, %s", (_name, backend) => {
  it('leaves in one write with message 2, and is the first thing that the dialer reads', async () => {
    const harness = new HandshakeHarness(backend, 'mutual');
    const greeting = () => new TextEncoder().encode('hello');
    const { dialer, listener, listenerWrote } = await harness.handshake({ inbound: { greeting } });
    expect(listenerWrote).toEqual([MESSAGE_2_BYTES + FRAME_OVERHEAD_BYTES + 5]);
    expect((listener as InboundUpgrade).greeted).toBe(true);
    const { socket } = listener as InboundUpgrade;
    socket.write(new TextEncoder().encode(', dialer'));
    socket.end();
    const reader = new SocketReader((dialer as OutboundUpgrade).socket);
    expect(new TextDecoder().decode(await reader.readToEnd(100))).toBe('hello, dialer');
  });

  it('is not needed', async () => {
    const harness = new HandshakeHarness(backend, 'mutual');
    const { listener, listenerWrote } = await harness.handshake();
    expect(listenerWrote).toEqual([MESSAGE_2_BYTES]);
    expect((listener as InboundUpgrade).greeted).toBe(false);
  });

  it('spans frames if it is long', async () => {
    const harness = new HandshakeHarness(backend, 'mutual');
    const greeting = () => new Uint8Array(100_000).fill(7);
    const { dialer, listenerWrote } = await harness.handshake({ inbound: { greeting } });
    expect(listenerWrote).toEqual([MESSAGE_2_BYTES + 2 * FRAME_OVERHEAD_BYTES + 100_000]);
    const reader = new SocketReader((dialer as OutboundUpgrade).socket);
    expect(await reader.readExactly(100_000)).toEqual(new Uint8Array(100_000).fill(7));
  });

  it('that cannot be made ends the connection, and its error is passed on', async () => {
    const harness = new HandshakeHarness(backend, 'mutual');
    const greeting = () => {
      throw new RangeError('no words');
    };
    const { dialer, listener, listenerWrote } = await harness.handshake({ inbound: { greeting } });
    expect(listener).toMatchObject({ error: new RangeError('no words') });
    expect(dialer).toMatchObject({ code: 'ERR_NOISE_CLIENT_READ_FAILED' });
    expect(listenerWrote).toEqual([]);
  });

  it('is not asked for where the dialer is refused', async () => {
    const harness = new HandshakeHarness(backend, 'mutual');
    harness.trusted.replace(new Map([harness.listenerIdentity.trusted]));
    const greeting = jest.fn(() => new Uint8Array(1));
    const { listener } = await harness.handshake({ inbound: { greeting } });
    expect(listener).toHaveProperty('code');
    expect(greeting).not.toHaveBeenCalled();
  });
});
