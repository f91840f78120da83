import { PUBLIC_NETWORK, type NetworkAddress } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { UpgradeError } from '@diemnet/transport';
import { PeerManagerError, type PeerManagerOptions } from '../src/index.js';
import { fakePeerId } from '../src/testing/index.js';
import { TARGET, running } from './support/setup.js';

const IP = '192.0.2.1';

async function harness(options: Partial<PeerManagerOptions> = {}) {
  const all = await running({
    networkId: PUBLIC_NETWORK,
    // Every undecodable frame counts: a peer goes at its second.
    options: { ...options, peer: { maxViolations: 1 } } as Partial<PeerManagerOptions>,
  });
  const { transport } = all;
  const accept = (n: number, remoteIp = IP) =>
    transport.accept({ remotePeerId: fakePeerId(n), role: 'Unknown', remoteIp, connectionId: n });
  const misbehave = async (n: number, remoteIp = IP) => {
    const { socket } = accept(n, remoteIp);
    socket.receive(Uint8Array.of(0, 0, 0, 1, 99, 0, 0, 0, 1, 99, 0, 0, 0, 1, 99));
    await settle();
    return socket;
  };
  return { ...all, accept, misbehave };
}

describe('a peer that was disconnected for misbehaviour', () => {
  it('is not taken again before it has cooled down, and twice as long after the next time [D-12]', async () => {
    const { misbehave, accept, names, metrics, time } = await harness();
    const socket = await misbehave(21);
    expect(socket.closed).toBe(true);
    expect(names()).toEqual(['new-peer', 'lost-peer Requested']);
    await time.advanceAsync(29_999);
    expect(accept(21).socket.ended).toBe(true);
    expect(metrics.value('diem_network_inbound_connections_refused', { reason: 'cool-down' })).toBe(1);
    expect(metrics.value('diem_connections_rejected')).toBe(0);
    await time.advanceAsync(1);
    await misbehave(21);
    expect(names()).toHaveLength(4);
    await time.advanceAsync(30_001);
    expect(accept(21).socket.ended).toBe(true);
    await time.advanceAsync(30_000);
    expect(accept(21).socket.ended).toBe(false);
  });

  it('is not dialed meanwhile either [D-12]', async () => {
    const { misbehave, peerManager, transport, time } = await harness();
    await misbehave(21);
    await expect(peerManager.dial(fakePeerId(21), TARGET)).rejects.toMatchObject({
      code: 'ERR_COOLING_DOWN',
    });
    await time.advanceAsync(30_000);
    const dial = peerManager.dial(fakePeerId(21), TARGET);
    await settle();
    transport.lastDial.succeed();
    await expect(dial).resolves.toMatchObject({ remotePeerId: fakePeerId(21) });
  });

  it('costs nothing where cool-downs are switched off', async () => {
    const { misbehave, accept } = await harness({ coolDownMs: 0 });
    await misbehave(21);
    expect(accept(21).socket.ended).toBe(false);
  });
});

describe('an address whose peers misbehave', () => {
  it('is refused before any cryptography after several of them, for a while [D-12]', async () => {
    const { misbehave, transport, time } = await harness();
    await misbehave(21);
    await misbehave(22);
    expect(transport.refuses(IP)).toBeUndefined();
    await misbehave(23);
    expect(transport.refuses(IP)).toMatch(/cools down for 30000 ms/);
    expect(transport.refuses('192.0.2.2')).toBeUndefined();
    await time.advanceAsync(30_000);
    expect(transport.refuses(IP)).toBeUndefined();
  });

  it.each(['127.0.0.1', '::1'])('is never refused if it is of this machine, as %s [D-12]', async (ip) => {
    const { misbehave, transport } = await harness();
    for (const n of [21, 22, 23, 24]) await misbehave(n, ip);
    expect(transport.refuses(ip)).toBeUndefined();
  });

  it('is never refused where no number of points is too many, as on networks of trusted peers alone', async () => {
    const { misbehave, transport } = await harness({ coolDownPointsPerIp: Number.POSITIVE_INFINITY });
    for (const n of [21, 22, 23, 24]) await misbehave(n);
    expect(transport.refuses(IP)).toBeUndefined();
  });

  it('is not refused while somebody we trust is connected from it [D-12] [D-37]', async () => {
    const { misbehave, transport, trust } = await harness();
    trust([fakePeerId(30), 'Validator']);
    const friend = transport.accept({ remotePeerId: fakePeerId(30), role: 'Validator', remoteIp: IP });
    for (const n of [21, 22, 23]) await misbehave(n);
    expect(transport.refuses(IP)).toBeUndefined();
    friend.socket.lose();
    await settle();
    expect(transport.refuses(IP)).toBeDefined();
  });

  it('answers for garbage instead of handshakes, but not for honest failures [D-12]', async () => {
    const { transport } = await harness();
    const failure = (code: 'ERR_NOISE_SERVER_PARSE_CLIENT' | 'ERR_NOISE_SERVER_READ_FAILED') =>
      transport.fail(
        new UpgradeError('ERR_UPGRADE_FAILED', 'failed', {
          cause: Object.assign(new PeerManagerError('ERR_DIAL_FAILED', 'x'), { code }),
          details: {
            stage: 'noise',
            origin: 'inbound',
            remoteAddress: `/ip4/${IP}/tcp/1` as NetworkAddress,
            proxiedAddress: undefined,
            remotePeerId: undefined,
            likelyCause: 'untrusted-or-invalid-peer',
            elapsedMs: 1,
          },
        }),
      );
    for (let i = 0; i < 99; i++) failure('ERR_NOISE_SERVER_READ_FAILED');
    for (let i = 0; i < 29; i++) failure('ERR_NOISE_SERVER_PARSE_CLIENT');
    expect(transport.refuses(IP)).toBeUndefined();
    failure('ERR_NOISE_SERVER_PARSE_CLIENT');
    expect(transport.refuses(IP)).toBeDefined();
  });
});
