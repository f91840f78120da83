import { generateKeyPair } from '@diemnet/noise';
import { jsonCodec, type ApplicationDefinition } from '@diemnet/network';
import { VALIDATOR_NETWORK, VFN_NETWORK, peerIdFromPublicKey } from '@diemnet/types';
import { NetworkBuilder, createNetwork, type NetworkConfig, type RunningNetwork } from '../../src/index.js';
import { MemoryHarness } from './memory-harness.js';

const CHAT = 42;
type Chat = { readonly chat: string };

const chat: Omit<ApplicationDefinition<string>, 'name'> = {
  protocols: [{ id: CHAT, name: 'chat', kinds: ['direct-send', 'rpc'], codec: jsonCodec<string>(String) }],
};

describe('createNetwork', () => {
  const running: RunningNetwork<Chat>[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((network) => network.stop()));
  });

  async function create(seeds: readonly string[] = []): Promise<RunningNetwork<Chat>> {
    const network = await createNetwork<Chat>({
      chainId: 'TESTING',
      listenAddress: '/ip4/127.0.0.1/tcp/0',
      seeds,
      applications: { chat },
    });
    running.push(network);
    return network;
  }

  it('talks over TCP to a network that it was given the address of [C-388] [C-389] [C-390] [C-392]', async () => {
    const one = await create();
    expect(one.listenAddress).toMatch(
      /^\/ip4\/127\.0\.0\.1\/tcp\/[1-9]\d*\/ln-noise-ik\/[0-9a-f]{64}\/ln-handshake\/0$/,
    );
    const two = await create([one.listenAddress]);
    const arrived = await one.applications.chat.events.next();
    expect(arrived).toMatchObject({
      type: 'new-peer',
      metadata: { remotePeerId: two.peerId, origin: 'inbound', remoteIp: '127.0.0.1', role: 'Unknown' },
    });
    const met = await two.applications.chat.events.next();
    expect(met).toMatchObject({ type: 'new-peer', metadata: { remotePeerId: one.peerId, role: 'Upstream' } });

    two.applications.chat.sender.sendTo(one.peerId, CHAT, 'hello');
    await expect(one.applications.chat.events.next()).resolves.toMatchObject({
      type: 'message',
      peer: two.peerId,
      message: 'hello',
    });

    const answer = one.applications.chat.sender.sendRpc(two.peerId, CHAT, 'how are you?', {
      timeoutMs: 5_000,
    });
    const request = await two.applications.chat.events.next();
    if (request?.type !== 'rpc') throw new TypeError('no request');
    request.responder.respond(`${request.message} fine`);
    await expect(answer).resolves.toBe('how are you? fine');

    await one.stop();
    await expect(two.applications.chat.events.next()).resolves.toMatchObject({ type: 'lost-peer' });
    await expect(one.applications.chat.events.next()).resolves.toMatchObject({
      type: 'lost-peer',
      cause: 'shutdown',
    });
    await expect(one.applications.chat.events.next()).resolves.toBeUndefined();
  });

  it('is who it is told to be, on the network it is told', async () => {
    const harness = new MemoryHarness();
    const pair = generateKeyPair();
    const create = (networkId: string, config: Partial<NetworkConfig> = {}) =>
      createNetwork({
        chainId: '4',
        networkId,
        role: 'validator',
        listenAddress: '/memory/0',
        identity: { privateKey: pair.privateKey },
        seeds: [`/memory/9/ln-noise-ik/${generateKeyPair().publicKey}/ln-handshake/0`],
        config,
        memoryNetwork: harness.memoryNetwork,
        time: harness.time,
      });
    const validator = await create('Validator', { ping_interval_ms: 7 });
    expect(validator.network.context).toEqual({
      role: 'validator',
      networkId: VALIDATOR_NETWORK,
      peerId: peerIdFromPublicKey(pair.publicKey),
    });
    expect(validator.network.config).toMatchObject({ ping_interval_ms: 7, mutual_authentication: true });
    expect(Array.from(validator.network.trustedPeers.entries(), ([, { role }]) => role)).toEqual([
      'Validator',
    ]);
    const vfn = await create('vfn');
    expect(vfn.network.context.networkId).toEqual(VFN_NETWORK);
    expect(vfn.network.config.mutual_authentication).toBe(false);
    const stopped = Promise.all([validator[Symbol.asyncDispose](), vfn.stop()]);
    await harness.pass();
    await stopped;
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('leaves nothing behind when it fails', async () => {
    const stop = jest.spyOn(NetworkBuilder.prototype, 'stop');
    const twice = { ...chat, protocols: [...chat.protocols, ...chat.protocols] };
    await expect(
      createNetwork({ chainId: 'TESTING', listenAddress: '/ip4/127.0.0.1/tcp/0', applications: { twice } }),
    ).rejects.toMatchObject({ code: 'ERR_INVALID_APPLICATION' });
    expect(stop).toHaveBeenCalledTimes(1);
    await expect(createNetwork({ chainId: 'NOWHERE' })).rejects.toMatchObject({
      code: 'ERR_INVALID_CHAIN_ID',
    });
    await expect(
      createNetwork({ chainId: 4 as never, seeds: ['/ip4/127.0.0.1/tcp/1'] }),
    ).rejects.toMatchObject({ code: 'ERR_CONFIG_INVALID_SEED' });
  });
});
