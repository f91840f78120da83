/** Longest Noise message, handshake or transport: what a u16 length can say. */
export const MAX_NOISE_MESSAGE_BYTES = 65_535;
/** AES-GCM tag at the end of every ciphertext. */
export const TAG_BYTES = 16;
/** Longest plaintext of one transport frame (wire format 5). */
export const MAX_FRAME_PLAINTEXT_BYTES = MAX_NOISE_MESSAGE_BYTES - TAG_BYTES;
/** The big-endian u16 in front of a transport frame. */
export const FRAME_HEADER_BYTES = 2;
/** X25519 public and private keys, SHA-256 digests and AES-256 keys. */
export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
