import { PendingUpgrades } from '../src/pending-upgrades.js';

describe('PendingUpgrades', () => {
  it('makes the oldest upgrade give up when all places are taken [D-07]', () => {
    const pending = new PendingUpgrades({ total: 2, perIp: 9 });
    const shed: number[] = [];
    for (let n = 0; n < 4; n++) pending.admit(() => shed.push(n));
    expect(shed).toEqual([0, 1]);
    expect(pending.size).toBe(2);
  });

  it('refuses an address above its share and leaves others alone [D-07]', () => {
    const pending = new PendingUpgrades({ total: 9, perIp: 2 });
    const shed = jest.fn();
    const admit = (ip: string) => {
      const ticket = pending.admit(shed);
      return { ticket, accepted: ticket.identify(ip) };
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
    const pending = new PendingUpgrades({ total: 9, perIp: 1 });
    for (let n = 0; n < 100; n++) {
      const ticket = pending.admit(() => {});
      expect(ticket.identify('10.0.0.1')).toBe(true);
      ticket.release();
      ticket.release();
    }
    expect(pending.size).toBe(0);
  });

  it('has no place for an upgrade that was pushed out before its address was known', () => {
    const pending = new PendingUpgrades({ total: 1, perIp: 9 });
    const first = pending.admit(() => {});
    pending.admit(() => {});
    expect(first.identify('10.0.0.1')).toBe(false);
    expect(pending.size).toBe(1);
  });
});
