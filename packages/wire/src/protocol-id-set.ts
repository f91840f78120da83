import { BitVec } from './bit-vec.js';
import { checkProtocolId, type ProtocolId } from './protocol-id.js';

/** An immutable set of protocol ids, as negotiated for a connection. */
export interface ProtocolIdSet {
  has(protocolId: ProtocolId): boolean;
  /** Ascending. */
  toIds(): ProtocolId[];
  readonly size: number;
}

/** A {@link ProtocolIdSet} over the bit vector of the version handshake. Ids that nobody here knows are kept. */
class BitVecProtocolIdSet implements ProtocolIdSet {
  readonly #bits: BitVec;
  readonly size: number;

  constructor(bits: BitVec) {
    this.#bits = bits;
    this.size = bits.countOnes;
  }

  has(protocolId: ProtocolId): boolean {
    return this.#bits.isSet(protocolId);
  }

  toIds(): ProtocolId[] {
    return this.#bits.positions();
  }

  toJSON(): ProtocolId[] {
    return this.toIds();
  }
}

/**
 * The set of these ids; repeated ones count once.
 * @throws WireError `ERR_INVALID_PROTOCOL_ID` unless each is an integer from 0 to 255
 */
export function protocolIdSet(ids: Iterable<ProtocolId>): ProtocolIdSet {
  return new BitVecProtocolIdSet(bitVecOfIds(ids));
}

/** The set that a bit vector stands for: bit `i` is protocol id `i`. */
export function protocolIdSetFromBits(bits: BitVec): ProtocolIdSet {
  return new BitVecProtocolIdSet(bits);
}

/**
 * The bit vector of these ids, as the version handshake advertises them.
 * @throws WireError `ERR_INVALID_PROTOCOL_ID` unless each is an integer from 0 to 255
 */
export function bitVecOfIds(ids: Iterable<ProtocolId>): BitVec {
  const checked: number[] = [];
  for (const id of ids) checked.push(checkProtocolId(id));
  return BitVec.of(checked);
}
