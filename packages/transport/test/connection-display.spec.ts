import { peerIdFromHex, publicKeyFromHex, type NetworkAddress } from '@diemnet/types';
import { protocolIdSet } from '@diemnet/wire';
import {
  connectionLogFields,
  connectionLogFieldsWithAddress,
  displayConnectionMetadata,
} from '../src/index.js';

const METADATA = {
  remotePeerId: peerIdFromHex('ab'.repeat(16)),
  remotePublicKey: publicKeyFromHex('cd'.repeat(32)),
  connectionId: 7,
  address: '/memory/1' as NetworkAddress,
  remoteIp: undefined,
  origin: 'outbound',
  messagingVersion: 0,
  applicationProtocols: protocolIdSet([5, 6]),
  role: 'Validator',
} as const;

it('shows metadata as one line', () => {
  expect(displayConnectionMetadata(METADATA)).toBe(
    `[${'AB'.repeat(16)},/memory/1,outbound,V1,[HealthCheckerRpc, ConsensusDirectSendCbor],Validator]`,
  );
});

it('gives metadata the log fields of the reference', () => {
  const fields = { connection_id: 7, connection_origin: 'outbound', remote_peer: 'AB'.repeat(16) };
  expect(connectionLogFields(METADATA)).toEqual(fields);
  expect(connectionLogFieldsWithAddress(METADATA)).toEqual({ ...fields, network_address: '/memory/1' });
});
