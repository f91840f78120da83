import { DiemNetError, TypesError, errorCode, isDiemNetError } from '../src/index.js';

class SampleError extends DiemNetError<'ERR_SAMPLE', { readonly count: number }> {}

it('carries a name, a code, details and a cause', () => {
  const cause = new RangeError('deeper');
  const error = new SampleError('ERR_SAMPLE', 'went wrong', { cause, details: { count: 3 } });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'SampleError', code: 'ERR_SAMPLE', message: 'went wrong', cause });
  expect(error.details?.count).toBe(3);
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'SampleError',
    code: 'ERR_SAMPLE',
    message: 'went wrong',
    details: { count: 3 },
  });
});

it('has no cause unless one is given, be it undefined', () => {
  expect('cause' in new SampleError('ERR_SAMPLE', 'm')).toBe(false);
  expect('cause' in new SampleError('ERR_SAMPLE', 'm', { cause: undefined })).toBe(true);
  expect(JSON.stringify(new SampleError('ERR_SAMPLE', 'm'))).not.toContain('details');
});

it('is recognized by its shape, with or without a code', () => {
  const error = new TypesError('ERR_ELAPSED', 'late');
  expect(isDiemNetError(error)).toBe(true);
  expect(isDiemNetError(error, 'ERR_ELAPSED')).toBe(true);
  expect(isDiemNetError(error, 'ERR_OTHER')).toBe(false);
  // As another copy of the package would make it.
  const foreign = Object.assign(new Error('late'), { code: 'ERR_ELAPSED', details: undefined });
  expect(isDiemNetError(foreign, 'ERR_ELAPSED')).toBe(true);
  for (const other of [
    new Error('plain'),
    Object.assign(new Error('io'), { code: 'ECONNRESET' }),
    'text',
    null,
  ]) {
    expect(isDiemNetError(other)).toBe(false);
  }
});

it('gives a short code for any failure', () => {
  expect(errorCode(new TypesError('ERR_ELAPSED', 'late'))).toBe('ERR_ELAPSED');
  expect(errorCode(Object.assign(new Error('io'), { code: 'ECONNRESET' }))).toBe('ECONNRESET');
  expect(errorCode(Object.assign(new RangeError('odd'), { code: 20 }))).toBe('RangeError');
  expect(errorCode('text')).toBe('unknown');
});
