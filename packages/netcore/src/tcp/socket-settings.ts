import type { Socket as NodeSocket } from 'node:net';

/** What holds for every TCP connection, dialed or accepted. */
export interface SocketSettings {
  readonly noDelay: boolean;
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelayMs: number;
  readonly highWaterMarkBytes: number;
}

/** Applies the options of the system to a connected socket. */
export function applySocketOptions(
  raw: NodeSocket,
  { noDelay, keepAlive, keepAliveInitialDelayMs }: SocketSettings,
): void {
  raw.setNoDelay(noDelay);
  raw.setKeepAlive(keepAlive, keepAliveInitialDelayMs);
}
