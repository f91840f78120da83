import { DEFAULT_HEALTH_CHECKER_OPTIONS } from '../src/index.js';
import { Harness, connection, peer } from './harness.js';

describe('pinging', () => {
  it('does nothing without peers [C-352]', async () => {
    const harness = await new Harness().start();
    await harness.advance(10_000);
    harness.expectNoPing();
  });

  it('sends one ping with a nonce on protocol 5 to a new peer [C-353]', async () => {
    const harness = await new Harness().start();
    harness.newPeer(1);
    await harness.tick();
    const ping = harness.expectPing(1);
    expect(ping).toMatchObject({ protocolId: 5, timeoutMs: 10_000, nonce: expect.any(Number) });
  });

  it('begins at once after the start [C-369]', async () => {
    const harness = await new Harness().start(1);
    expect(harness.expectPing(1).atMs).toBe(0);
  });

  it('pings each of several peers within an interval, apart, with a nonce of its own [C-358] [D-24]', async () => {
    const peers = Array.from({ length: 40 }, (_, i) => i + 1);
    const harness = await new Harness().start(...peers);
    await harness.advance(999);
    expect(new Set(harness.pings.map(({ peerId }) => peerId)).size).toBe(40);
    expect(harness.pings).toHaveLength(40);
    expect(new Set(harness.pings.map(({ nonce }) => nonce)).size).toBe(40);
    expect(new Set(harness.pings.map(({ atMs }) => atMs)).size).toBeGreaterThan(8);
  });

  it('has one ping under way per peer [D-24]', async () => {
    const harness = await new Harness().start(1);
    harness.expectPing(1);
    await harness.advance(9_000);
    harness.expectNoPing();
  });

  it('pings again an interval after a pong', async () => {
    const harness = await new Harness().start(1);
    for (let i = 0; i < 5; i++) {
      harness.expectPing(1).pong();
      await harness.tick();
    }
    harness.expectPing(1);
    harness.expectNoDisconnect();
  });

  it('does not ping a lost peer, and ignores a failure that comes late [C-359]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 0 }).start(1);
    const ping = harness.expectPing(1);
    harness.lostPeer(1);
    expect(ping.signal?.aborted).toBe(true);
    ping.fail();
    await harness.advance(5_000);
    harness.expectNoPing();
    harness.expectNoDisconnect();
    expect(harness.metrics.value('diem_network_ping_failures')).toBe(0);
  });

  it('is skipped while other traffic arrives, which counts as alive [D-13] [D-24]', async () => {
    const harness = await new Harness({ roundTripSampleMs: Infinity }, { activity: true }).start(1);
    harness.expectPing(1).pong();
    for (let i = 0; i < 40; i++) {
      await harness.advance(500);
      harness.hear(1);
      await harness.advance(500);
    }
    harness.expectNoPing();
    harness.expectNoDisconnect();
    await harness.tick();
    harness.expectPing(1);
  });

  it('keeps a peer that does not answer and sends other traffic [D-13]', async () => {
    const harness = await new Harness({}, { activity: true }).start(1);
    for (let i = 0; i < 60; i++) {
      await harness.advance(1_000);
      if (i % 3 === 0) harness.hear(1);
    }
    harness.expectNoDisconnect();
    expect(harness.metrics.value('diem_network_ping_failures')).toBe(0);
  });

  it('still measures round trips now and then on a busy connection', async () => {
    const harness = await new Harness({}, { activity: true }).start(1);
    harness.expectPing(1).pong();
    for (let i = 0; i < 31; i++) {
      await harness.advance(500);
      harness.hear(1);
      await harness.advance(500);
    }
    harness.expectPing(1);
  });
});

describe('failures', () => {
  it('disconnect at the first one with a tolerance of 0 [C-355]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 0 }).start(1);
    harness.expectPing(1).fail();
    await harness.advance(0);
    harness.expectDisconnect(1);
  });

  it('disconnect at the 11th with a tolerance of 10, not before [C-356]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 10 }).start(1);
    for (let i = 0; i < 10; i++) {
      harness.expectPing(1).fail();
      await harness.tick();
      harness.expectNoDisconnect();
    }
    harness.expectPing(1).fail();
    await harness.advance(0);
    harness.expectDisconnect(1);
  });

  it('are forgotten after a success [C-357]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 20 }).start(1);
    const failTimes = async (count: number) => {
      for (let i = 0; i < count; i++) {
        harness.expectPing(1).fail();
        await harness.tick();
      }
    };
    await failTimes(10);
    expect(harness.checker.failures(peer(1))).toBe(10);
    harness.expectPing(1).pong();
    await harness.tick();
    expect(harness.checker.failures(peer(1))).toBe(0);
    await failTimes(20);
    harness.expectNoDisconnect();
    harness.expectPing(1).fail();
    await harness.advance(0);
    harness.expectDisconnect(1);
  });

  it.each([
    ['the sender keeps the time', true],
    ['the sender never settles', false],
  ])(
    'disconnect a peer that stops answering about 16 s after the last good ping: %s [C-367] [D-24]',
    async (_, keepsTime) => {
      const harness = await new Harness({}, { keepsTime }).start(1);
      for (let i = 0; i < 5; i++) {
        harness.expectPing(1).pong();
        await harness.tick();
      }
      const lastGood = 4_000;
      await harness.advance(20_000);
      const { atMs } = harness.expectDisconnect(1);
      expect(atMs - lastGood).toBeGreaterThanOrEqual(15_000);
      expect(atMs - lastGood).toBeLessThanOrEqual(17_000);
      const errors = harness.logger.at('warn').map(({ fields }) => fields['error']);
      expect(errors).toContain('ERR_PING_TIMED_OUT');
    },
  );

  it('disconnect a dead peer as soon when it had other traffic until it died [C-367]', async () => {
    const harness = await new Harness({}, { activity: true }).start(1);
    for (let i = 0; i < 10; i++) {
      await harness.advance(500);
      harness.hear(1);
      await harness.advance(500);
    }
    const diedAt = 9_500;
    await harness.advance(20_000);
    const { atMs } = harness.expectDisconnect(1);
    expect(atMs - diedAt).toBeGreaterThanOrEqual(15_000);
    expect(atMs - diedAt).toBeLessThanOrEqual(18_000);
  });

  it('stop growing when a silent peer answers after all', async () => {
    const harness = await new Harness().start(1);
    await harness.advance(13_500);
    expect(harness.checker.failures(peer(1))).toBeGreaterThanOrEqual(3);
    harness.pings.at(-1)?.pong();
    await harness.advance(0);
    expect(harness.checker.failures(peer(1))).toBe(0);
    await harness.advance(9_000);
    harness.expectNoDisconnect();
  });

  it('of a ping that a later sign of life has overtaken are ignored [C-360]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 0 }, { activity: true }).start(1);
    const ping = harness.expectPing(1);
    await harness.advance(10);
    harness.hear(1);
    await harness.tick();
    ping.fail();
    await harness.advance(0);
    harness.expectNoDisconnect();
    expect(harness.checker.failures(peer(1))).toBe(0);
  });

  it('are not taken back by the pong of a ping older than the last sign of life [C-361]', async () => {
    const harness = await new Harness({}, { activity: true, heedsAbort: false }).start(1);
    const old = harness.expectPing(1);
    await harness.advance(10);
    harness.hear(1);
    await harness.tick();
    // Quiet since then: the old ping is given up for a new one, which fails.
    await harness.tick();
    harness.expectPing(1).fail();
    await harness.advance(0);
    expect(harness.checker.failures(peer(1))).toBe(1);
    old.pong();
    await harness.advance(0);
    expect(harness.checker.failures(peer(1))).toBe(1);
  });

  it('include pongs with a wrong nonce, which are logged [C-362] [D-23]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 1 }, { activity: true }).start(1);
    for (let i = 0; i < 2; i++) {
      const ping = harness.expectPing(1);
      // The answer itself is traffic, too, and must not pass for a sign of life.
      harness.hear(1);
      ping.answer({ type: 'Pong', nonce: (ping.nonce + 1) >>> 0 });
      await harness.tick();
    }
    harness.expectDisconnect(1);
    expect(harness.securityEvents).toEqual(['invalid_health_checker_msg', 'invalid_health_checker_msg']);
    expect(harness.metrics.value('diem_network_ping_failures', { reason: 'wrong-answer' })).toBe(2);
  });

  it('include wrong pongs also where activity is reported with a delay [D-23]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 1 }, { activity: true }).start(1);
    for (let i = 0; i < 2; i++) {
      await harness.advance(10);
      const heardAt = harness.time.now();
      harness.pings.splice(0)[0]?.answer({ type: 'Pong', nonce: 1 });
      await harness.advance(500);
      harness.heardAt.set(peer(1), heardAt);
      await harness.advance(490);
    }
    harness.expectDisconnect(1);
  });

  it('include a Ping in place of a Pong [C-363]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 0 }).start(1);
    const ping = harness.expectPing(1);
    ping.answer({ type: 'Ping', nonce: ping.nonce });
    await harness.advance(0);
    harness.expectDisconnect(1);
    expect(harness.logger.at('warn').at(-1)?.fields).toMatchObject({ error: 'ERR_WRONG_PONG' });
  });

  it('start from zero for a peer that reconnected [C-368]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 1 }).start(1);
    harness.expectPing(1).fail();
    await harness.advance(0);
    harness.lostPeer(1);
    harness.newPeer(1);
    expect(harness.checker.failures(peer(1))).toBe(0);
    await harness.tick();
    harness.expectPing(1).fail();
    await harness.advance(0);
    harness.expectNoDisconnect();
  });

  it('start from zero for a connection that replaced another [D-06]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 1 }).start(1);
    harness.expectPing(1).fail();
    await harness.tick();
    const old = harness.expectPing(1);
    harness.event({ type: 'updated-peer', metadata: connection(1, 9), previous: connection(1) });
    old.fail();
    await harness.advance(0);
    expect(harness.checker.failures(peer(1))).toBe(0);
    harness.expectNoDisconnect();
  });

  it('hold up nobody else when the disconnect fails or is never acknowledged [C-366] [D-01]', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 0 }).start(1, 2);
    await harness.advance(999);
    for (const ping of harness.pings.splice(0)) (ping.peerId === peer(1) ? ping.fail : ping.pong)();
    await harness.advance(0);
    const request = harness.expectDisconnect(1);
    await harness.tick();
    expect(harness.pings.map(({ peerId }) => peerId)).toContain(peer(2));
    expect(harness.request(2, { type: 'Ping', nonce: 1 }).answer).toEqual({ type: 'Pong', nonce: 1 });
    // Not asked again while unanswered, but after it failed.
    harness.pings
      .splice(0)
      .find(({ peerId }) => peerId === peer(1))
      ?.fail();
    await harness.advance(0);
    harness.expectNoDisconnect();
    request.fail();
    await harness.tick();
    harness.pings
      .splice(0)
      .find(({ peerId }) => peerId === peer(1))
      ?.fail();
    await harness.advance(0);
    harness.expectDisconnect(1);
    expect(harness.logger.events).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'disconnecting failed' }),
    );
  });
});

describe('answering', () => {
  it('gives a pong with the nonce of the ping [C-354]', async () => {
    const harness = await new Harness().start(1);
    const reply = harness.request(1, { type: 'Ping', nonce: 0xdeadbeef });
    expect(reply.answer).toEqual({ type: 'Pong', nonce: 0xdeadbeef });
  });

  it('leaves a request that is a Pong unanswered, with a security log [C-364]', async () => {
    const harness = await new Harness().start(1);
    const reply = harness.request(1, { type: 'Pong', nonce: 1 });
    expect(reply.answer).toBeUndefined();
    expect(reply.failure).toMatchObject({ code: 'ERR_UNEXPECTED_REQUEST' });
    expect(harness.logger.at('warn')[0]?.fields).toMatchObject({
      'security-event': 'invalid_health_checker_msg',
      network_context: expect.anything(),
      remote_peer: peer(1).toUpperCase(),
      rpc_message: { type: 'Pong', nonce: 1 },
    });
  });

  it('leaves a DirectSend alone, with a security log [C-365]', async () => {
    const harness = await new Harness().start(1);
    harness.handler.onMessage?.({ type: 'Ping', nonce: 1 }, connection(1), 5);
    expect(harness.logger.at('error')[0]?.fields).toMatchObject({
      'security-event': 'invalid_network_event_h_c',
      network_context: expect.anything(),
      remote_peer: peer(1).toUpperCase(),
    });
  });

  it('does not let a peer flood the security log [D-12]', async () => {
    const harness = await new Harness().start(1);
    for (let i = 0; i < 100; i++) harness.request(1, { type: 'Pong', nonce: 1 });
    expect(harness.securityEvents).toHaveLength(1);
    await harness.time.advanceAsync(DEFAULT_HEALTH_CHECKER_OPTIONS.pingIntervalMs);
    harness.request(1, { type: 'Pong', nonce: 1 });
    expect(harness.securityEvents).toHaveLength(2);
    expect(harness.logger.at('warn').at(-1)?.fields).toMatchObject({ suppressed: 99 });
  });
});

describe('round-trip times', () => {
  it('are readable per peer and observed in a histogram', async () => {
    const harness = await new Harness().start(1);
    expect(harness.checker.roundTripTime(peer(1))).toBeUndefined();
    const ping = harness.expectPing(1);
    await harness.advance(25);
    ping.pong();
    await harness.advance(0);
    expect(harness.checker.roundTripTime(peer(1))).toBe(25);
    expect(harness.metrics.observations('diem_network_ping_round_trip_seconds')).toEqual([0.025]);
    harness.lostPeer(1);
    expect(harness.checker.roundTripTime(peer(1))).toBeUndefined();
  });
});

describe('lifecycle', () => {
  it('stops when the events end [C-370]', async () => {
    const harness = await new Harness({}, { keepsTime: false }).start(1);
    const ping = harness.expectPing(1);
    harness.handler.onEnd?.();
    await harness.advance(5_000);
    expect(ping.signal?.aborted).toBe(true);
    expect(harness.time.pendingTimers).toBe(0);
    harness.expectNoPing();
  });

  it('starts and stops once, and does not start again', async () => {
    const harness = await new Harness({}, { keepsTime: false }).start(1);
    harness.checker.start();
    await harness.advance(0);
    harness.expectPing(1);
    await harness.checker[Symbol.asyncDispose]();
    await harness.checker.stop();
    harness.newPeer(2);
    await harness.advance(2_000);
    harness.expectNoPing();
    expect(harness.request(1, { type: 'Ping', nonce: 1 }).answer).toBeUndefined();
    expect(() => harness.checker.start()).toThrow(
      expect.objectContaining({ code: 'ERR_HEALTH_CHECKER_STOPPED' }),
    );
    expect(harness.logger.at('warn').map(({ message }) => message)).toEqual(['health checker terminated']);
  });

  it('logs what happens with peer and round', async () => {
    const harness = await new Harness({ pingFailuresTolerated: 0 }).start(1);
    harness.expectPing(1).fail();
    await harness.advance(0);
    const find = (text: string) => harness.logger.events.find(({ message }) => message === text);
    const remote_peer = peer(1).toUpperCase();
    expect(find('pinging')).toMatchObject({ level: 'trace', fields: { remote_peer, round: 1 } });
    expect(find('ping failed')).toMatchObject({
      level: 'warn',
      fields: { remote_peer, round: 1, error: 'ERR_TEST' },
    });
    expect(find('disconnecting an unhealthy peer')).toMatchObject({ level: 'info', fields: { remote_peer } });
  });
});
