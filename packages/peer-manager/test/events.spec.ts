import type { ConnectionEvent } from '../src/contracts.js';
import { ConnectionEvents } from '../src/events.js';
import { FakeConnection } from '../src/testing/index.js';

const metadata = () => new FakeConnection().metadata;

const newPeer = (): ConnectionEvent => ({ type: 'new-peer', metadata: metadata() });

describe('ConnectionEvents', () => {
  it('tells every listener at once, in order [C-274]', () => {
    const events = new ConnectionEvents(() => {});
    const heard: string[] = [];
    for (const name of ['health', 'app', 'connectivity']) {
      events.subscribe(({ type }) => heard.push(`${name} ${type}`), []);
    }
    events.emit(newPeer());
    expect(heard).toEqual(['health new-peer', 'app new-peer', 'connectivity new-peer']);
  });

  it('tells a new listener about the present first', () => {
    const events = new ConnectionEvents(() => {});
    const present = newPeer();
    const heard: ConnectionEvent[] = [];
    events.subscribe((event) => heard.push(event), [present]);
    expect(heard).toEqual([present]);
  });

  it('keeps the order for everybody when a listener causes further events [D-11]', () => {
    const events = new ConnectionEvents(() => {});
    const [first, second] = [newPeer(), newPeer()];
    const heardBefore: ConnectionEvent[] = [];
    const heardAfter: ConnectionEvent[] = [];
    const causing: ConnectionEvent[] = [];
    events.subscribe((event) => heardBefore.push(event), []);
    events.subscribe((event) => {
      causing.push(event);
      if (event === first) events.emit(second);
    }, []);
    events.subscribe((event) => heardAfter.push(event), []);
    events.emit(first);
    expect([heardBefore, causing, heardAfter]).toEqual(Array(3).fill([first, second]));
  });

  it('stops at once for a listener that unsubscribes, also from inside its callback', () => {
    const events = new ConnectionEvents(() => {});
    const heard: ConnectionEvent[] = [];
    const unsubscribe = events.subscribe((event) => {
      heard.push(event);
      events.emit(newPeer());
      unsubscribe();
    }, []);
    events.emit(newPeer());
    events.emit(newPeer());
    expect(heard).toHaveLength(1);
  });

  it('reports what a listener throws and goes on with the others', () => {
    const errors: unknown[] = [];
    const events = new ConnectionEvents((error) => errors.push(error));
    const boom = new TypeError('boom');
    const heard: ConnectionEvent[] = [];
    events.subscribe(() => {
      throw boom;
    }, []);
    events.subscribe((event) => heard.push(event), []);
    events.emit(newPeer());
    events.emit(newPeer());
    expect(errors).toEqual([boom, boom]);
    expect(heard).toHaveLength(2);
  });
});
