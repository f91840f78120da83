import { sleep, systemTime } from '@diemnet/types';

/** Waits for something that other sockets and processes bring about. */
export async function eventually<T>(look: () => T | Promise<T>, timeoutMs = 10_000): Promise<NonNullable<T>> {
  const end = systemTime.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>;
    if (systemTime.now() > end) throw new TypeError('it did not come about in time');
    await sleep(systemTime, 20);
  }
}
