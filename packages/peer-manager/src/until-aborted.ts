import { abortReason } from '@diemnet/types';

/** What `result` gives, or the reason of `signal` if that comes first. Only the waiting ends, not what is waited for. */
export function untilAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortReason(signal));
    const done = () => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    result.then(
      (value) => (done(), resolve(value)),
      (error: Error) => (done(), reject(error)),
    );
  });
}
