import { DEFAULT_TCP_OPTIONS, resolveTcpOptions, TcpTransport } from '../../src/index.js';

describe('resolveTcpOptions', () => {
  it('fills in the defaults and leaves its argument alone', () => {
    const given = Object.freeze({ backlog: 3, env: {}, keepAlive: undefined }) as object;
    expect(resolveTcpOptions(given)).toEqual({ ...DEFAULT_TCP_OPTIONS, backlog: 3, env: {} });
    expect(Object.isFrozen(DEFAULT_TCP_OPTIONS)).toBe(true);
  });

  it('takes the environment of the process unless told otherwise', () => {
    expect(resolveTcpOptions().env).toBe(process.env);
  });

  it.each([
    { connectTimeoutMs: 0 },
    { happyEyeballsDelayMs: -1 },
    { highWaterMarkBytes: Number.NaN },
    { readBufferBytes: 0 },
    { backlog: 0 },
    { keepAliveInitialDelayMs: -1 },
  ])('refuses %j', (options) => {
    expect(() => new TcpTransport(options)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }));
  });
});
