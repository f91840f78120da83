import { InvalidArgumentError } from 'commander';
import { isDiemNetAddress, parseNetworkAddress } from '@diemnet/network-address';
import {
  isDiemNetError,
  networkIdFromLabel,
  parseChainId,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
} from '@diemnet/types';

/** Turns what a reader of ours throws into commander's error, which names the argument. */
function reader<T>(expected: string, read: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      if (!isDiemNetError(error)) throw error;
      throw new InvalidArgumentError(`expected ${expected}: ${error.message}.`);
    }
  };
}

/** A chain by name or number. */
export const chainValue: (text: string) => ChainId = reader(
  'a chain such as TESTING, or a number from 1 to 255',
  parseChainId,
);

/** A network: validator, public, or the name of a private one. */
export const networkValue: (text: string) => NetworkId = reader(
  'validator, public or the name of a private network',
  networkIdFromLabel,
);

/** Any network address. */
export const addressValue: (text: string) => NetworkAddress = reader(
  'a network address',
  parseNetworkAddress,
);

/** An address that can be dialed. */
export function endpointValue(text: string): NetworkAddress {
  const address = addressValue(text);
  if (isDiemNetAddress(address)) return address;
  throw new InvalidArgumentError(
    'expected an address that can be dialed, /ip4/…/tcp/…/ln-noise-ik/<public key>/ln-handshake/0.',
  );
}

/** A positive number of seconds, as milliseconds. */
export function secondsValue(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 86_400) return value * 1000;
  throw new InvalidArgumentError('expected a number of seconds above 0.');
}

/** A whole number from `least` to `most`. */
export function countValue(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };
}

/** For options that may be given several times. */
export function collected<T>(read: (text: string) => T): (text: string, before?: readonly T[]) => T[] {
  return (text, before = []) => [...before, read(text)];
}
