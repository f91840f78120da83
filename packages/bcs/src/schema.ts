import { BcsError } from './errors.js';

/** The part of a `BcsType` of `@mysten/bcs` that is used here; any codec of this shape will do. */
export interface BcsSchema<T, Input = T> {
  parse(bytes: Uint8Array): T;
  serialize(value: Input): { toBytes(): Uint8Array };
}

/**
 * Decodes with a schema of `@mysten/bcs`, strictly: a length that lies cannot reach the neighbours of `bytes` in
 * their ArrayBuffer, and what the schema would not write itself (left-over bytes, long numbers, unsorted maps) is
 * refused. Costs a copy and an encoding: for applications, not for hot paths.
 * @throws BcsError `ERR_BCS_SCHEMA` if the schema fails, `ERR_BCS_NON_CANONICAL` if the bytes are not its own form
 */
export function decodeWithSchema<T extends Input, Input>(schema: BcsSchema<T, Input>, bytes: Uint8Array): T {
  // A copy with an ArrayBuffer to itself, whatever kind of view was given.
  const own = new Uint8Array(bytes.length);
  own.set(bytes);
  let value: T;
  let canonical: Uint8Array;
  try {
    value = schema.parse(own);
    canonical = schema.serialize(value).toBytes();
  } catch (cause) {
    throw new BcsError('ERR_BCS_SCHEMA', 'the bytes do not fit the schema', { cause });
  }
  if (canonical.length !== bytes.length || canonical.some((byte, i) => byte !== bytes[i])) {
    throw new BcsError('ERR_BCS_NON_CANONICAL', 'the bytes are not the canonical form of their value');
  }
  return value;
}

/** Encodes with a schema. @throws BcsError `ERR_BCS_SCHEMA` if the value does not fit it */
export function encodeWithSchema<Input>(schema: BcsSchema<unknown, Input>, value: Input): Uint8Array {
  try {
    return schema.serialize(value).toBytes();
  } catch (cause) {
    throw new BcsError('ERR_BCS_SCHEMA', 'the value does not fit the schema', { cause });
  }
}
