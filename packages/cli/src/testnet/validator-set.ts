import { encodeValidatorSet } from '@diemnet/discovery';
import { encodeNetworkAddressList, encryptAddressList, testAddressKeys } from '@diemnet/network-address';
import { VALIDATOR_NETWORK } from '@diemnet/types';
import { endpointOn, type TestnetNode } from './layout.js';

/** The file, in the testnet's folder, that plays the chain: BCS of the validator set. */
export const VALIDATOR_SET_FILE = 'validator-set.bcs';

/** Consensus does not run here; its key only has to have the right length. */
const CONSENSUS_KEY = new Uint8Array(32);

/**
 * The validator set of the testnet, addresses encrypted with the well-known test key.
 * `publication` must differ each time: it is part of the nonce.
 */
export function encodeTestnetValidatorSet(nodes: readonly TestnetNode[], publication: bigint): Uint8Array {
  const keys = testAddressKeys();
  return encodeValidatorSet({
    validators: nodes.flatMap((node) => {
      const endpoint = endpointOn(node, VALIDATOR_NETWORK);
      if (endpoint === undefined) return [];
      return [
        {
          account: endpoint.peerId,
          votingPower: 1n,
          consensusPublicKey: CONSENSUS_KEY,
          validatorNetworkAddresses: encryptAddressList(keys, {
            addresses: [endpoint.address],
            account: endpoint.peerId,
            seqNum: publication,
          }),
          fullNodeNetworkAddresses: encodeNetworkAddressList([]),
          lastConfigUpdateTimeUs: 0n,
        },
      ];
    }),
  });
}
