import { ipGroups, isLoopbackIp } from '../src/ip-groups.js';

describe('ipGroups', () => {
  it.each([
    ['192.0.2.17', '192.0.2.17', '192.0.2.0/24'],
    ['::ffff:192.0.2.17', '192.0.2.17', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0:0::/64', '2001:db8:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
    ['::1', '0:0:0:0::/64', '0:0:0::/48'],
    ['no address', 'no address', 'no address'],
  ])('%s belongs to the machine %s and the network %s [D-07] [D-37]', (ip, host, network) => {
    expect(ipGroups(ip)).toEqual({ host, network });
  });

  it('puts all addresses of an IPv6 /64 together and tells networks apart', () => {
    expect(ipGroups('2001:db8:1:2::1').host).toBe(ipGroups('2001:db8:1:2:ffff::1').host);
    expect(ipGroups('2001:db8:1:2::1').host).not.toBe(ipGroups('2001:db8:1:3::1').host);
    expect(ipGroups('2001:db8:1:2::1').network).toBe(ipGroups('2001:db8:1:3::1').network);
    expect(ipGroups('10.1.2.3').network).not.toBe(ipGroups('10.1.3.3').network);
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('%s is this machine', (ip) => {
    expect(isLoopbackIp(ip)).toBe(true);
  });

  it.each(['128.0.0.1', '10.0.0.127', '::2', 'fe80::1'])('%s is not this machine', (ip) => {
    expect(isLoopbackIp(ip)).toBe(false);
  });
});
