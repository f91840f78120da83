/** A version of the messaging protocol: 0 is V1, the only one there is. */
export type MessagingProtocolVersion = number;

/** The messaging protocol of all known nodes. */
export const MESSAGING_V1: MessagingProtocolVersion = 0;

/** As the reference prints it: `V1` for 0. */
export function displayMessagingVersion(version: MessagingProtocolVersion): string {
  return `V${version + 1}`;
}
