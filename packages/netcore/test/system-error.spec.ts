import { fromSystemError } from '../src/system-error.js';

const systemError = (code: string) => Object.assign(new RangeError(`it failed with ${code}`), { code });

describe('fromSystemError', () => {
  it.each([
    ['EADDRINUSE', 'ERR_ADDRESS_IN_USE'],
    ['EADDRNOTAVAIL', 'ERR_ADDRESS_NOT_AVAILABLE'],
    ['EACCES', 'ERR_PERMISSION_DENIED'],
    ['ECONNREFUSED', 'ERR_CONNECTION_REFUSED'],
    ['ECONNRESET', 'ERR_CONNECTION_RESET'],
    ['EPIPE', 'ERR_BROKEN_PIPE'],
    ['ETIMEDOUT', 'ERR_CONNECTION_TIMED_OUT'],
    ['EHOSTUNREACH', 'ERR_HOST_UNREACHABLE'],
    ['EIO', 'ERR_SOCKET_FAILED'],
  ])('makes %s a %s', (systemCode, code) => {
    const cause = systemError(systemCode);
    expect(fromSystemError('cannot do it', cause)).toMatchObject({ code, cause, details: { systemCode } });
  });

  it('takes the code that the caller knows better, and anything that is thrown', () => {
    expect(fromSystemError('no', systemError('EPIPE'), 'ERR_ACCEPT_FAILED').code).toBe('ERR_ACCEPT_FAILED');
    expect(fromSystemError('no', 'text')).toMatchObject({ code: 'ERR_SOCKET_FAILED', message: 'no: text' });
    expect(fromSystemError('no', undefined).code).toBe('ERR_SOCKET_FAILED');
  });
});
