import { resolveName, systemResolver, type Resolver } from '../../src/index.js';

const NOT_RESOLVED = { code: 'ERR_NAME_NOT_RESOLVED' };
const answering =
  (...ips: string[]): Resolver =>
  async () =>
    ips;

describe('resolveName', () => {
  it('finds an address of localhost for /dns [C-033]', async () => {
    expect((await resolveName(systemResolver, { name: 'localhost', filter: 'any' })).length).toBeGreaterThan(
      0,
    );
  });

  it('finds only IPv4 addresses for /dns4 [C-034]', async () => {
    const found = await resolveName(systemResolver, { name: 'localhost', filter: 'ip4' });
    expect(new Set(found.map(({ family }) => family))).toEqual(new Set([4]));
    const both = answering('::1', '127.0.0.1', '::2');
    expect(await resolveName(both, { name: 'a', filter: 'ip4' })).toEqual([{ ip: '127.0.0.1', family: 4 }]);
  });

  it('finds only IPv6 addresses for /dns6 [C-035]', async () => {
    // Not every host has an IPv6 address for localhost.
    const found = await resolveName(systemResolver, { name: 'localhost', filter: 'ip6' }).catch(
      (error: unknown) => {
        expect(error).toMatchObject(NOT_RESOLVED);
        return [];
      },
    );
    for (const { family } of found) expect(family).toBe(6);
    const both = answering('127.0.0.1', '::1', '::2');
    expect((await resolveName(both, { name: 'a', filter: 'ip6' })).map(({ ip }) => ip)).toEqual([
      '::1',
      '::2',
    ]);
  });

  it('tells the resolver which family is wanted', async () => {
    const asked: unknown[] = [];
    const resolver: Resolver = async (...query) => (asked.push(query), ['127.0.0.1', '::1']);
    for (const filter of ['any', 'ip4', 'ip6'] as const) await resolveName(resolver, { name: 'a', filter });
    expect(asked).toEqual([
      ['a', 0],
      ['a', 4],
      ['a', 6],
    ]);
  });

  it('refuses a name without address of the wanted family and says so [C-037]', async () => {
    const onlyIp4 = answering('127.0.0.1');
    await expect(resolveName(onlyIp4, { name: 'a.example', filter: 'ip6' })).rejects.toMatchObject({
      ...NOT_RESOLVED,
      message: '"a.example" has no IPv6 address',
    });
    await expect(resolveName(answering(), { name: 'b', filter: 'any' })).rejects.toMatchObject(NOT_RESOLVED);
  });

  it('gives the failure of the resolver as the cause', async () => {
    const cause = new RangeError('no servers');
    await expect(
      resolveName(() => Promise.reject(cause), { name: 'a', filter: 'any' }),
    ).rejects.toMatchObject({
      ...NOT_RESOLVED,
      cause,
    });
  });

  it('alternates between the families, the first answer first, and drops duplicates and nonsense [D-43]', async () => {
    const resolver = answering('::1', '::2', '::1', 'nonsense', '::3', '10.0.0.1', '::ffff:10.0.0.1');
    const found = await resolveName(resolver, { name: 'a', filter: 'any' });
    expect(found.map(({ ip }) => ip)).toEqual(['::1', '10.0.0.1', '::2', '::3']);
  });

  it('stops waiting when its signal aborts', async () => {
    const controller = new AbortController();
    const never: Resolver = () => new Promise(() => {});
    const resolving = resolveName(never, { name: 'a', filter: 'any' }, { signal: controller.signal });
    controller.abort(new RangeError('enough'));
    await expect(resolving).rejects.toThrow('enough');
    await expect(
      resolveName(never, { name: 'a', filter: 'any' }, { signal: controller.signal }),
    ).rejects.toThrow('enough');
  });
});
