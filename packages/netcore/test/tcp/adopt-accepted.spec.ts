import { Socket } from 'node:net';
import { adoptAccepted, type AdoptOptions } from '../../src/tcp/adopt-accepted.js';

const options: AdoptOptions = {
  highWaterMarkBytes: 65_536,
  readBuffer: new Uint8Array(1024),
  receive() {},
};

describe('adoptAccepted', () => {
  it('leaves a socket alone that has no connection to move', () => {
    const raw = new Socket();
    expect(adoptAccepted(raw, options)).toBeUndefined();
    expect(raw.destroyed).toBe(false);
    raw.destroy();
  });

  it('leaves a socket alone whose connection cannot read into given memory', () => {
    const handle = { readStart() {} };
    const raw = { _handle: handle, destroy: () => expect('destroyed').toBe('left alone') };
    expect(adoptAccepted(raw as never, options)).toBeUndefined();
    expect(raw._handle).toBe(handle);
  });
});
