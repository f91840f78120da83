import {
  DEFAULT_APPLICATION_OPTIONS,
  DIEM_APPLICATIONS,
  bytesCodec,
  defineApplication,
  diemProtocols,
  type ApplicationDefinition,
  type ProtocolDefinition,
} from '../src/index.js';

const MEMPOOL: ProtocolDefinition<Uint8Array> = { id: 2, codec: bytesCodec };

function define(overrides: Partial<ApplicationDefinition<Uint8Array>>) {
  return defineApplication({ name: 'test', protocols: [MEMPOOL], ...overrides });
}

describe('defineApplication', () => {
  it('knows names and kinds of the protocols of Diem', () => {
    const { protocols } = defineApplication({
      name: 'all',
      protocols: diemProtocols([0, 1, 2, 3, 4, 5, 6], { bcs: bytesCodec }),
    });
    expect([...protocols.values()].map(({ name, kinds }) => `${name} ${kinds.join()}`)).toEqual([
      'ConsensusRpc rpc',
      'ConsensusDirectSend direct-send',
      'MempoolDirectSend direct-send',
      'StateSyncDirectSend direct-send',
      'DiscoveryDirectSend direct-send',
      'HealthCheckerRpc rpc',
      'ConsensusDirectSendJSON direct-send',
    ]);
  });

  it('fills in queue options', () => {
    expect(define({})).toMatchObject(DEFAULT_APPLICATION_OPTIONS);
    expect(define({ queueStyle: 'lifo', queueSize: 1 })).toMatchObject({ queueStyle: 'lifo', queueSize: 1 });
  });

  it('takes ids from 7 to 255 with a name and kinds', () => {
    const own: ProtocolDefinition<Uint8Array> = {
      id: 255,
      name: 'Own',
      kinds: ['rpc', 'direct-send', 'rpc'],
      codec: bytesCodec,
      priority: 9,
    };
    expect(define({ protocols: [own] }).protocols.get(255)).toEqual({
      id: 255,
      name: 'Own',
      kinds: ['rpc', 'direct-send'],
      codec: bytesCodec,
      sendOptions: { priority: 9 },
    });
  });

  it.each<[string, Partial<ApplicationDefinition<Uint8Array>>, string]>([
    ['no name', { name: '' }, 'name'],
    ['no protocol', { protocols: [] }, 'protocols'],
    ['a protocol twice', { protocols: [MEMPOOL, MEMPOOL] }, 'protocols'],
    ['an id above 255', { protocols: [{ ...MEMPOOL, id: 256, name: 'x', kinds: ['rpc'] }] }, 'id'],
    ['a fraction as id', { protocols: [{ ...MEMPOOL, id: 7.5, name: 'x', kinds: ['rpc'] }] }, 'id'],
    ['an own protocol without a name', { protocols: [{ ...MEMPOOL, id: 7, kinds: ['rpc'] }] }, 'name'],
    ['an own protocol without kinds', { protocols: [{ ...MEMPOOL, id: 7, name: 'x' }] }, 'kinds'],
    ['an unknown kind', { protocols: [{ ...MEMPOOL, kinds: ['gossip' as never] }] }, 'kinds'],
    ['another name for a Diem protocol', { protocols: [{ ...MEMPOOL, name: 'Mine' }] }, 'name'],
    ['a priority above 255', { protocols: [{ ...MEMPOOL, priority: 256 }] }, 'priority'],
    ['a queue of none', { queueSize: 0 }, 'queueSize'],
    ['a queue without bytes', { queueBytes: 0 }, 'queueBytes'],
    ['an unknown style', { queueStyle: 'random' as never }, 'queueStyle'],
  ])('refuses %s', (_, overrides, field) => {
    expect(() => define(overrides)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_APPLICATION', details: { field } }),
    );
  });

  it('has no encoding by default for protocols that are not of Diem', () => {
    expect(() => diemProtocols([7], { bcs: bytesCodec })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_APPLICATION' }),
    );
  });

  it('lets consensus prefer BCS to JSON [D-35]', () => {
    expect(DIEM_APPLICATIONS.consensus.protocolIds).toEqual([0, 1, 6]);
    expect(DIEM_APPLICATIONS.mempool).toMatchObject({
      protocolIds: [2],
      queueStyle: 'klast',
      queueSize: 1024,
    });
    expect(DIEM_APPLICATIONS.stateSync).toMatchObject({ protocolIds: [3], queueStyle: 'lifo', queueSize: 1 });
  });
});
