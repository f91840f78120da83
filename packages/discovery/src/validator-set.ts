import { decode, encode, type BcsReader, type BcsWriter } from '@diemnet/bcs';
import { isDiemNetError, PEER_ID_BYTES, peerIdFromBytes, peerIdToBytes, type PeerId } from '@diemnet/types';
import { DiscoveryError } from './errors.js';

const CONSENSUS_KEY_BYTES = 32;
/** Ed25519, the only one there is. */
const SCHEMES = 1;

/** The validators of an epoch, as a reconfiguration carries them (DiemNet wire format, section 15). */
export interface ValidatorSet {
  readonly validators: readonly ValidatorInfo[];
}

/** One validator. */
export interface ValidatorInfo {
  readonly account: PeerId;
  readonly votingPower: bigint;
  /** Ed25519, 32 bytes. Networking does not use it, and does not check that it is a point. */
  readonly consensusPublicKey: Uint8Array;
  /** BCS of a list of encrypted addresses, opaque so that one validator's mistake stays its own. */
  readonly validatorNetworkAddresses: Uint8Array;
  /** BCS of a list of addresses, opaque as well. */
  readonly fullNodeNetworkAddresses: Uint8Array;
  /** Microseconds since the Unix epoch. */
  readonly lastConfigUpdateTimeUs: bigint;
}

/**
 * Reads a validator set that fills `bytes`. Lists of addresses are read later and one by one.
 * @throws DiscoveryError `ERR_INVALID_VALIDATOR_SET`
 */
export function decodeValidatorSet(bytes: Uint8Array): ValidatorSet {
  try {
    return decode(bytes, (reader) => {
      reader.variant(SCHEMES, 'consensus scheme');
      return { validators: reader.sequence(readValidator) };
    });
  } catch (error) {
    if (error instanceof DiscoveryError || !isDiemNetError(error)) throw error;
    throw new DiscoveryError(
      'ERR_INVALID_VALIDATOR_SET',
      `a validator set does not decode: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** Writes what {@link decodeValidatorSet} reads. @throws DiscoveryError `ERR_INVALID_VALIDATOR_SET` for a bad key */
export function encodeValidatorSet({ validators }: ValidatorSet): Uint8Array {
  return encode((writer) => writer.variant(0).sequence(validators, writeValidator));
}

function readValidator(reader: BcsReader): ValidatorInfo {
  return {
    account: peerIdFromBytes(reader.fixedBytesView(PEER_ID_BYTES)),
    votingPower: reader.u64(),
    consensusPublicKey: checkConsensusKey(reader.bytes()),
    validatorNetworkAddresses: reader.bytes(),
    fullNodeNetworkAddresses: reader.bytes(),
    lastConfigUpdateTimeUs: reader.u64(),
  };
}

function writeValidator(writer: BcsWriter, validator: ValidatorInfo): void {
  writer
    .fixedBytes(peerIdToBytes(validator.account))
    .u64(validator.votingPower)
    .bytes(checkConsensusKey(validator.consensusPublicKey))
    .bytes(validator.validatorNetworkAddresses)
    .bytes(validator.fullNodeNetworkAddresses)
    .u64(validator.lastConfigUpdateTimeUs);
}

function checkConsensusKey(key: Uint8Array): Uint8Array {
  if (key.length === CONSENSUS_KEY_BYTES) return key;
  throw new DiscoveryError(
    'ERR_INVALID_VALIDATOR_SET',
    `a consensus key has ${key.length} bytes, not ${CONSENSUS_KEY_BYTES}`,
  );
}
