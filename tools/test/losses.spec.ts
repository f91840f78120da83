import { Losses } from '../soak/losses.mjs';

const A = { peerId: 'a', name: 'a', incarnation: 1, proxy: { hits: [] as object[] } };
const B = { peerId: 'b', name: 'b', incarnation: 1, proxy: { hits: [] as object[] } };
/** The same connection, dialed by A: 3 as A counts, 8 as B does. */
const PORT = 5000;

let now: number;

beforeEach(() => {
  now = 1_000_000;
  A.proxy.hits = [];
  B.proxy.hits = [];
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

/** A sent ten messages, of which `received` arrived, on a connection that ended as `cause` a minute after its start. */
function judge(losses: Losses, { received = 9, cause = 'replaced' } = {}) {
  const times = { startedAt: 1_000_000, endedAt: 1_060_000 };
  const outgoing = { refused: 0, cause, ...times };
  const incoming = { incarnation: 1, gaps: 0 };
  losses.add(A, {
    outgoing: [{ ...outgoing, peer: 'b', connectionId: 3, port: undefined, accepted: 10 }],
    incoming: [{ ...incoming, from: 'b', connectionId: 8, ownId: 3, next: 10 }],
  });
  losses.add(B, {
    outgoing: [{ ...outgoing, peer: 'a', connectionId: 8, port: PORT, accepted: 10 }],
    incoming: received === 0 ? [] : [{ ...incoming, from: 'a', connectionId: 3, ownId: 8, next: received }],
  });
  return losses.judge();
}

describe('the verdict of a soak', () => {
  it('counts what arrived', () => {
    const { total, complaints } = judge(new Losses([A, B]), { received: 10 });
    expect(total).toMatchObject({ accepted: 20, received: 20, lost: 0, lostTo: {} });
    expect(complaints).toEqual([]);
  });

  it.each(['replaced', 'unhealthy', 'io-error'])(
    'complains of a loss that no fault explains (%s)',
    (cause) => {
      const { total, complaints } = judge(new Losses([A, B]), { cause });
      expect(total).toMatchObject({ lost: 1, lostTo: {} });
      expect(complaints).toEqual([expect.stringContaining('1 of 10 messages of a to b lost')]);
    },
  );

  it.each([9, 0])(
    'excuses a connection that was reset itself, known by its port (%i arrived)',
    (received) => {
      B.proxy.hits = [{ port: PORT, fault: 'reset', from: 1_059_000, to: 1_059_000 }];
      const { total, complaints } = judge(new Losses([A, B]), { received });
      expect(total).toMatchObject({ lost: 0, lostTo: { reset: 10 - received } });
      expect(complaints).toEqual([]);
    },
  );

  it('does not excuse a connection because its neighbour was reset', () => {
    B.proxy.hits = [{ port: PORT + 1, fault: 'reset', from: 1_059_000, to: 1_059_000 }];
    A.proxy.hits = [{ port: PORT, fault: 'reset', from: 1_059_000, to: 1_059_000 }];
    expect(judge(new Losses([A, B])).total.lost).toBe(1);
  });

  it('does not excuse what ends long after the fault, or began after it', () => {
    const losses = new Losses([A, B]);
    now = 1_020_000;
    losses.strike(A, 'stop', 5000);
    now = 990_000;
    losses.strike(B, 'kill');
    expect(judge(losses).total.lost).toBe(1);
  });

  it('excuses the connections of a node that was stopped or killed', () => {
    const losses = new Losses([A, B]);
    now = 1_050_000;
    losses.strike(B, 'stop', 5000);
    expect(judge(losses).total).toMatchObject({ lost: 0, lostTo: { stop: 1 } });
  });

  it('knows what a node had received before it was killed', () => {
    const losses = new Losses([A, B]);
    losses.remember(B, {
      incoming: [{ from: 'a', incarnation: 1, connectionId: 3, ownId: 8, next: 10, gaps: 0 }],
    });
    expect(judge(losses, { received: 0 }).total).toMatchObject({ received: 20, lost: 0 });
  });
});
