/** Longest byte string, text, sequence or map: 2^31 - 1 bytes or elements (DiemNet wire format, section 2). */
export const BCS_MAX_LENGTH = 2 ** 31 - 1;

/** How deep containers may lie in one another (DiemNet wire format, section 2). */
export const BCS_MAX_DEPTH = 500;

/** Largest value of a ULEB128 number: a u32. */
export const ULEB128_MAX = 2 ** 32 - 1;
