import type { CryptoBackend } from './backend.js';
import { nativeBackend } from './native.js';
import { portableBackend } from './portable.js';

/** The native backend where there is one, else the portable one. */
export function defaultBackend(): CryptoBackend {
  return nativeBackend() ?? portableBackend;
}
