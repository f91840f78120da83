import { bytesCodec, defineApplication, registerApplication } from '../src/index.js';
import { LoopbackNetwork } from '../src/testing/index.js';
import { peer, setUp } from './fake-peer-manager.js';

describe('registerApplication', () => {
  it('claims every protocol with its kinds', () => {
    const { registrations } = setUp({
      name: 'two',
      protocols: [
        { id: 2, codec: bytesCodec },
        { id: 9, name: 'Both', kinds: ['rpc', 'direct-send'], codec: bytesCodec },
      ],
    });
    expect(registrations.map(({ protocolId, kinds }) => [protocolId, kinds])).toEqual([
      [2, ['direct-send']],
      [9, ['rpc', 'direct-send']],
    ]);
  });

  it('refuses a protocol that another application has [D-46]', () => {
    const node = new LoopbackNetwork().createNode(peer(1));
    const define = (name: string) =>
      defineApplication({ name, protocols: [{ id: 7, name, kinds: ['rpc'], codec: bytesCodec }] });
    registerApplication(node.components, define('first'));
    expect(() => registerApplication(node.components, define('second'))).toThrow(
      expect.objectContaining({
        code: 'ERR_PROTOCOL_CLASH',
        details: expect.objectContaining({ application: 'second' }),
      }),
    );
  });

  it('claims nothing when one of its protocols is taken [D-46]', () => {
    const node = new LoopbackNetwork().createNode(peer(1));
    const define = (name: string, ids: readonly number[]) =>
      defineApplication({
        name,
        protocols: ids.map((id) => ({
          id,
          name: `${name} ${id}`,
          kinds: ['rpc'] as const,
          codec: bytesCodec,
        })),
      });
    registerApplication(node.components, define('first', [8]));
    expect(() => registerApplication(node.components, define('second', [7, 8, 9]))).toThrow();
    expect(node.protocolIds()).toEqual([8]);
  });

  it('passes other errors of the registry through', () => {
    const node = new LoopbackNetwork().createNode(peer(1));
    const registry = {
      register: () => {
        throw new TypeError('odd');
      },
      protocolIds: () => [],
    };
    const application = defineApplication({ name: 'x', protocols: [{ id: 2, codec: bytesCodec }] });
    expect(() => registerApplication({ ...node.components, registry }, application)).toThrow(TypeError);
  });
});
