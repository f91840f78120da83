/** A version of the messaging protocol: 0 is V1, the only one there is. */
export type MessagingProtocolVersion = number;

export const MESSAGING_V1: MessagingProtocolVersion = 0;
