import { DiemNetError } from '@diemnet/types';

/** Codes of the errors of this package. */
export type SimulatorErrorCode =
  /** An option makes no sense. */
  | 'ERR_SIMULATOR_INVALID_OPTION'
  /** A condition did not come true in time. */
  | 'ERR_SIMULATOR_CONDITION'
  /** Nothing is left to happen, and somebody still waits. */
  | 'ERR_SIMULATOR_IDLE'
  /** An invariant does not hold; the message names it. */
  | 'ERR_SIMULATOR_INVARIANT'
  /** A callback, a promise or a handler of a node failed and nobody took care of it. */
  | 'ERR_SIMULATOR_UNHANDLED'
  /** A scenario failed; the message has what reproduces it, `cause` what went wrong. */
  | 'ERR_SIMULATOR_SCENARIO_FAILED'
  /** The world has no node of this name. */
  | 'ERR_SIMULATOR_UNKNOWN_NODE'
  /** The node is not in the state that the call needs. */
  | 'ERR_SIMULATOR_NODE_STATE'
  /** A text is no transcript. */
  | 'ERR_SIMULATOR_TRANSCRIPT';

/** An error of `@diemnet/simulator`. */
export class SimulatorError extends DiemNetError<SimulatorErrorCode> {}
