import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface VectorKeys {
  readonly static_private: string;
  readonly static_public: string;
  readonly ephemeral_private: string;
  readonly ephemeral_public: string;
}

interface VectorMessage {
  readonly from: 'initiator' | 'responder';
  readonly nonce: string;
  readonly plaintext_hex: string;
  readonly ciphertext_hex: string;
}

export interface IkVector {
  readonly name: string;
  readonly initiator: VectorKeys;
  readonly responder: VectorKeys;
  readonly prologue_hex: string;
  readonly payload1_hex: string;
  readonly message1_hex: string;
  readonly payload2_hex: string;
  readonly message2_hex: string;
  readonly handshake_hash: string;
  readonly key_initiator_to_responder: string;
  readonly key_responder_to_initiator: string;
  readonly transport: readonly VectorMessage[];
  readonly nonce_probes: readonly VectorMessage[];
}

export interface InvalidIkVector {
  readonly name: string;
  readonly reader: 'initiator' | 'responder';
  readonly initiator_static_private: string;
  readonly initiator_ephemeral_private: string;
  readonly responder_static_private: string;
  readonly responder_ephemeral_private: string;
  readonly prologue_hex: string;
  readonly payload1_hex?: string;
  readonly message1_hex?: string;
  readonly message_hex: string;
}

export interface FramingVector {
  readonly name: string;
  readonly key: string;
  readonly protocol_id: number;
  readonly priority: number;
  readonly pattern_len: number;
  readonly pattern_seed: number;
  readonly stream_len: number;
  readonly noise_plaintext_lens: readonly number[];
  readonly wire_len: number;
  readonly wire_prefix_hex: string;
  readonly wire_sha256: string;
}

interface ConnectionParty {
  readonly static_private: string;
  readonly static_public: string;
  readonly ephemeral_private: string;
  readonly peer_id: string;
}

export interface ConnectionVector {
  readonly name: string;
  readonly timestamp_ms: string;
  readonly client: ConnectionParty;
  readonly server: ConnectionParty;
  readonly steps: readonly {
    readonly from: 'client' | 'server';
    readonly what: string;
    readonly wire_hex: string;
    readonly noise_plaintexts_hex?: readonly string[];
  }[];
  readonly client_to_server_hex: string;
  readonly server_to_client_hex: string;
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, '../fixtures/vectors', name), 'utf8')) as T;
}

export const IK_VECTORS = read<{ valid: IkVector[]; invalid: InvalidIkVector[] }>('noise_ik.json');
export const FRAMING_VECTORS = read<{ valid: FramingVector[] }>('framing.json').valid;
export const CONNECTION_VECTORS = read<{ valid: ConnectionVector[] }>('connection.json').valid;
