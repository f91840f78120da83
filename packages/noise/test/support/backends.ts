import { nativeBackend, portableBackend, type CryptoBackend } from '@diemnet/noise';

/** Every backend there is: whole groups of tests run under each. */
export const BACKENDS: readonly (readonly [string, CryptoBackend])[] = [
  ['portable', portableBackend],
  ['native', nativeBackend() as CryptoBackend],
];
