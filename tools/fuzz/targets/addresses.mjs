import {
  addressKeysToEntry,
  addressProtocols,
  decodeEncryptedNetworkAddress,
  decodeEncryptedNetworkAddressList,
  decodeNetworkAddress,
  decodeNetworkAddressEntries,
  decodeNetworkAddressList,
  encodeEncryptedNetworkAddress,
  encodeNetworkAddress,
  formatNetworkAddress,
  isDiemNetAddress,
  parseAddressKeys,
  parseDialAddress,
  parseNetworkAddress,
} from '@diemnet/network-address';
import { deriveAddressKey, openAddress } from '../../../packages/network-address/src/encrypted-address.ts';
import { collect, hex, hold, sameBytes, text, utf8, vectors } from './support.mjs';

export const addressText = {
  name: 'address-text',
  maxBytes: 512,
  tokens: [
    '/ip4/',
    '/ip6/',
    '/dns/',
    '/dns4/',
    '/dns6/',
    '/tcp/',
    '/memory/',
    '/ln-noise-ik/',
    '/ln-handshake/',
  ],
  seeds: () => {
    const file = vectors('network-address', 'network_address');
    return [...file.valid.map((each) => each.text), ...file.invalid_text.map((each) => each.text ?? each)]
      .filter((each) => typeof each === 'string')
      .map(utf8);
  },
  run(bytes) {
    const address = parseNetworkAddress(text(bytes));
    hold(parseNetworkAddress(address) === address, 'the canonical text is its own canonical text');
    const binary = encodeNetworkAddress(address);
    hold(decodeNetworkAddress(binary) === address, 'text to bytes and back');
    return shapeOf(address);
  },
};

export const addressBinary = {
  name: 'address-binary',
  maxBytes: 1024,
  seeds: () => {
    const file = vectors('network-address', 'network_address');
    const single = collect(file, ['bcs_hex']);
    const lists = single.slice(0, 12).map((_, i, all) => {
      const few = all.slice(i, i + 3);
      return Uint8Array.from(Buffer.concat([Uint8Array.of(few.length), ...few]));
    });
    return [...single, ...lists];
  },
  run(bytes) {
    const answers = [];
    const attempt = (what, run) => {
      try {
        answers.push(`${what} ${run()}`);
      } catch (error) {
        if (!error.code?.startsWith('ERR_')) throw error;
        answers.push(`${what} ${error.code}`);
      }
    };
    attempt('one', () => {
      const address = decodeNetworkAddress(bytes);
      hold(sameBytes(encodeNetworkAddress(address), bytes), 'there is one way to write an address');
      hold(parseNetworkAddress(address) === address, 'bytes to text and back');
      return shapeOf(address);
    });
    attempt('list', () => decodeNetworkAddressList(bytes).length);
    attempt('entries', () => {
      const { addresses, failures } = decodeNetworkAddressEntries(bytes);
      return `${addresses?.length} ${failures?.length}`;
    });
    return answers.join(', ');
  },
};

function shapeOf(address) {
  const protocols = addressProtocols(address);
  hold(formatNetworkAddress(protocols) === address, 'protocols to text');
  let dial = 'no';
  try {
    dial = parseDialAddress(address).base.length > 0 ? 'yes' : 'no';
  } catch (error) {
    if (!error.code?.startsWith('ERR_')) throw error;
  }
  const kinds = [...new Set(protocols.map(({ type }) => type))].sort().join();
  return `${Math.min(protocols.length, 5)} of ${kinds}, ${isDiemNetAddress(address)} ${dial}`;
}

export const encryptedAddress = {
  name: 'encrypted-address',
  maxBytes: 512,
  seeds: () => collect(vectors('network-address', 'enc_network_address'), ['bcs_hex']),
  run(bytes) {
    // Keys are derived once, as whoever reads a list does: that costs ten times as much as all the rest.
    this.fixed ??= vectors('network-address', 'enc_network_address').valid.map((each) => ({
      key: deriveAddressKey(hex(each.shared_val_netaddr_key), each.account),
      position: { account: each.account, index: each.addr_idx },
    }));
    let listed = 'no list';
    try {
      listed = `list of ${decodeEncryptedNetworkAddressList(bytes).length}`;
    } catch (error) {
      if (!error.code?.startsWith('ERR_')) throw error;
    }
    const encrypted = decodeEncryptedNetworkAddress(bytes);
    hold(sameBytes(encodeEncryptedNetworkAddress(encrypted), bytes), 'there is one way to write it');
    // Every key for what may be authentic would be slow: one, chosen by the bytes.
    const { key, position } = this.fixed[bytes[0] % this.fixed.length];
    openAddress(key, encrypted, position);
    return listed;
  },
};

export const addressKeys = {
  name: 'address-keys',
  maxBytes: 512,
  tokens: ['{', '}', '"keys"', '"current"', ':', '"0"', '4294967295', '4294967296', 'null', '__proto__', '='],
  seeds: () => [
    utf8(`{"keys":{"0":"${Buffer.alloc(32, 7).toString('base64')}"},"current":0}`),
    utf8(
      `{"keys":{"0":"${Buffer.alloc(32).toString('base64')}","3":"${Buffer.alloc(32, 1).toString('base64')}"},"current":3}`,
    ),
    utf8('{"keys":{},"current":0}'),
    utf8('[]'),
  ],
  run(bytes) {
    let value;
    try {
      value = JSON.parse(text(bytes));
    } catch {
      return 'no JSON';
    }
    const entry = addressKeysToEntry(parseAddressKeys(value));
    hold(entry.current === value.current, 'the current version is kept');
    return `keys ${Object.keys(entry.keys).length}`;
  },
};
