import { IpNetworks, NetcoreError, parseIp } from '../src/index.js';

describe('parseIp', () => {
  it.each([
    ['192.0.2.1', { ip: '192.0.2.1', family: 4 }],
    ['::ffff:192.0.2.1', { ip: '192.0.2.1', family: 4 }],
    ['2001:db8::1', { ip: '2001:db8::1', family: 6 }],
    ['fe80::1%eth0', { ip: 'fe80::1', family: 6 }],
    ['example.com', undefined],
    ['::ffff:999.0.2.1', undefined],
    ['192.0.2', undefined],
    ['', undefined],
  ])('reads %j', (text, expected) => {
    expect(parseIp(text)).toEqual(expected);
  });
});

describe('IpNetworks', () => {
  const networks = new IpNetworks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1', '0.0.0.0/32']);

  it.each([
    '10.0.0.0',
    '10.255.255.255',
    '192.0.2.7',
    '2001:db8:ffff::1',
    '::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
  ])('has %s', (ip) => expect(networks.has(ip)).toBe(true));

  it.each(['9.255.255.255', '11.0.0.0', '192.0.2.8', '2001:db9::', '::2', 'localhost', '', undefined])(
    'does not have %s',
    (ip) => expect(networks.has(ip)).toBe(false),
  );

  it('takes prefixes from none to all bits', () => {
    expect(new IpNetworks(['0.0.0.0/0']).has('203.0.113.9')).toBe(true);
    expect(new IpNetworks(['0.0.0.0/0']).has('2001:db8::1')).toBe(false);
    expect(new IpNetworks(['::/0']).has('2001:db8::1')).toBe(true);
    expect(new IpNetworks([]).has('203.0.113.9')).toBe(false);
  });

  it.each([
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10/8',
    'a.b',
    '',
    '1.2.3.4/8/8',
    '::ffff:1.2.3.4/100',
    'fe80::1%eth0',
  ])('refuses the entry %j', (entry) => {
    expect(() => new IpNetworks([entry])).toThrow(NetcoreError);
    expect(() => new IpNetworks([entry])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_IP_NETWORK' }),
    );
    expect(IpNetworks.accepts(entry)).toBe(false);
  });
});
