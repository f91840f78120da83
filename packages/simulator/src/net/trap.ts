import type { SimulatedConnection } from './simulated-connection.js';

/** What happens to a connection at a certain byte. */
export type TrapFault =
  /** Both ends see a reset. */
  | 'reset'
  /** Nothing passes any more, either way, and nobody is told. */
  | 'die'
  /** The lowest bit of the byte changes. */
  | 'corrupt'
  /** This and all that follows in this direction comes so much later. */
  | { readonly stallMs: number }
  /** Anything else, a crash of a node say. What is left of the segment follows, if the connection still stands. */
  | ((connection: SimulatedConnection) => void);

/** A fault that waits for a byte: number `atByte`, from 0, of one direction of the next connections. */
export interface Trap {
  readonly atByte: number;
  readonly fault: TrapFault;
  /** Connections that it is set for. @default 1 */
  readonly connections?: number;
  /** Told when a connection has met it. */
  readonly onSprung?: () => void;
}
