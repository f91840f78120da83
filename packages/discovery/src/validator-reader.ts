import {
  decodeNetworkAddressEntries,
  decryptAddressList,
  NetworkAddressError,
  noiseKeysOf,
  type AddressEntries,
  type AddressKeys,
} from '@diemnet/network-address';
import {
  displayPeerId,
  type Counter,
  type Logger,
  type NetworkAddress,
  type Peer,
  type PeerRole,
} from '@diemnet/types';
import type { ValidatorInfo } from './validator-set.js';

/** What one validator's list of addresses says. */
export interface ValidatorReading {
  readonly addresses: readonly NetworkAddress[];
  /** Nothing of a list that is not empty could be read. */
  readonly unreadable: boolean;
}

/** Where failures to read go. */
export interface ReaderComponents {
  readonly logger: Logger;
  readonly readFailures: Counter;
}

/**
 * Reads the addresses of one validator, entry by entry (D-26): those for validators with the shared `keys`, or
 * without keys those for full nodes. Failures are logged and counted, once per validator.
 */
export function readValidator(
  validator: ValidatorInfo,
  keys: AddressKeys | undefined,
  { logger, readFailures }: ReaderComponents,
): ValidatorReading {
  const { account } = validator;
  let entries: AddressEntries;
  let problem: NetworkAddressError | undefined;
  try {
    entries =
      keys === undefined
        ? decodeNetworkAddressEntries(validator.fullNodeNetworkAddresses)
        : decryptAddressList(keys, { bytes: validator.validatorNetworkAddresses, account });
    problem = entries.failures[0]?.error;
  } catch (error) {
    if (!(error instanceof NetworkAddressError)) throw error;
    entries = { addresses: [], failures: [] };
    problem = error;
  }
  const { addresses, failures } = entries;
  if (problem === undefined) return { addresses, unreadable: false };
  readFailures.inc();
  logger.warn(
    {
      remote_peer: displayPeerId(account),
      error: problem.message,
      readable: addresses.length,
      unreadable: failures.length,
    },
    'addresses of a validator cannot be read',
  );
  return { addresses, unreadable: addresses.length === 0 };
}

/** The peer that a validator is, with the keys inside its addresses. */
export function validatorPeer(addresses: readonly NetworkAddress[], role: PeerRole): Peer {
  return { addresses, keys: new Set(addresses.flatMap(noiseKeysOf)), role };
}
