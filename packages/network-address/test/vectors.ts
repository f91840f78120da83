import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A case of network_address.json. */
export interface AddressVector {
  text: string;
  text_canonical: string;
  canonical_lenient?: boolean;
  lenient?: boolean;
  protocols: { type: string; value: string }[];
  bcs_hex: string;
  is_diemnet_addr: boolean | null;
}

export interface AddressVectors {
  valid: AddressVector[];
  invalid_text: { text: string; reason: string }[];
  invalid_binary: { name: string; bcs_hex: string; reason: string }[];
}

export interface EncryptedVectors {
  valid: {
    shared_val_netaddr_key: string;
    key_version: number;
    account: string;
    seq_num: string;
    addr_idx: number;
    address_text: string;
    address_bcs_hex: string;
    derived_key: string;
    nonce_hex: string;
    ad_hex: string;
    enc_addr_hex: string;
    bcs_hex: string;
  }[];
  invalid: {
    name: string;
    shared_val_netaddr_key: string;
    account: string;
    addr_idx: number;
    bcs_hex: string;
    stage: 'decode' | 'decrypt' | 'inner';
  }[];
}

/** Reads a file of test/fixtures/vectors. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, 'fixtures/vectors', `${name}.json`), 'utf8')) as T;
}
