import { PendingUpgrades } from '../src/pending-upgrades.js';

describe('PendingUpgrades', () => {
  it('makes the oldest upgrade give up when all places are taken [D-07]', () => {
    const pending = new PendingUpgrades({ total: 2, perHost: 9, perNetwork: 9 });
    const shed: number[] = [];
    for (let n = 0; n < 4; n++) pending.admit(() => shed.push(n));
    expect(shed).toEqual([0, 1]);
    expect(pending.size).toBe(2);
  });

  it('refuses an address above its share and leaves others alone [D-07]', () => {
    const pending = new PendingUpgrades({ total: 9, perHost: 2, perNetwork: 9 });
    const shed = jest.fn();
    const admit = (ip: string) => {
      const ticket = pending.admit(shed);
      return { ticket, accepted: ticket.identify(ip) === undefined };
    };
    const [first, second, third] = [admit('10.0.0.1'), admit('10.0.0.1'), admit('10.0.0.1')];
    expect([first.accepted, second.accepted, third.accepted]).toEqual([true, true, false]);
    expect(admit('10.0.0.2').accepted).toBe(true);
    expect(pending.size).toBe(3);
    first.ticket.release();
    expect(admit('10.0.0.1').accepted).toBe(true);
    expect(shed).not.toHaveBeenCalled();
  });

  it('forgets addresses and places that are given back, however often', () => {
    const pending = new PendingUpgrades({ total: 9, perHost: 1, perNetwork: 1 });
    for (let n = 0; n < 100; n++) {
      const ticket = pending.admit(() => {});
      expect(ticket.identify('10.0.0.1')).toBeUndefined();
      ticket.release();
      ticket.release();
    }
    expect(pending.size).toBe(0);
  });

  it('has no place for an upgrade that was pushed out before its address was known', () => {
    const pending = new PendingUpgrades({ total: 1, perHost: 9, perNetwork: 9 });
    const first = pending.admit(() => {});
    pending.admit(() => {});
    expect(first.identify('10.0.0.1')).toBe('total');
    expect(pending.size).toBe(1);
  });

  it('caps an IPv6 /64 like one machine, and an IPv4 /24 and IPv6 /48 like one network [D-07]', () => {
    const pending = new PendingUpgrades({ total: 99, perHost: 2, perNetwork: 3 });
    const limitOf = (ip: string) => pending.admit(() => {}).identify(ip);
    const v6 = [
      '2001:db8:1:2::1',
      '2001:db8:1:2::2',
      '2001:db8:1:2:ffff::3',
      '2001:db8:1:3::1',
      '2001:db8:1:4::1',
    ];
    expect(v6.map(limitOf)).toEqual([undefined, undefined, 'host', undefined, 'network']);
    const v4 = ['10.0.0.1', '10.0.0.2', '::ffff:10.0.0.3', '10.0.0.4', '10.0.1.1'];
    expect(v4.map(limitOf)).toEqual([undefined, undefined, undefined, 'network', undefined]);
    expect(pending.size).toBe(7);
  });

  it('takes room from the network that holds the most, whatever came first [D-07]', () => {
    const pending = new PendingUpgrades({ total: 4, perHost: 9, perNetwork: 9 });
    const shed: string[] = [];
    for (const ip of ['10.9.9.9', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.1.1.1', '10.2.2.2']) {
      pending.admit(() => shed.push(ip)).identify(ip);
    }
    expect(shed).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(pending.size).toBe(4);
  });

  it('gives this machine no share: everyone behind a local proxy comes from it', () => {
    const pending = new PendingUpgrades({ total: 3, perHost: 1, perNetwork: 1 });
    const shed: number[] = [];
    for (let i = 0; i < 5; i++) {
      const ip = i % 2 === 0 ? '127.0.0.1' : '::1';
      expect(pending.admit(() => shed.push(i)).identify(ip)).toBeUndefined();
    }
    expect(pending.size).toBe(3);
    expect(shed).toHaveLength(2);
  });
});
