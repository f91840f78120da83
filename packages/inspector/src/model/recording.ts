import type { NodeEvent } from './event.js';
import type { PeerExplanationSnapshot } from './explanation.js';
import type { NodeReport } from './snapshot.js';

/** Part of the model in JSON; see `snapshot.ts`. A recording is a text with one {@link RecordingLine} per line. */

/** What the first line of a recording says it is. */
export const RECORDING_FORMAT = 'diemnet-recording';
/** Readers refuse other versions, and skip lines of types that they do not know. */
export const RECORDING_VERSION = 1;

/** The first line. */
export interface RecordingHeader {
  readonly type: 'header';
  readonly format: typeof RECORDING_FORMAT;
  readonly version: number;
  /** What was recorded, for people. */
  readonly title: string;
  /** The wall clock of the recording at its start; times in events and snapshots are by the same clock. */
  readonly startedUnixMs: number;
}

interface Timed {
  /** Milliseconds since the start. Never less than in the line before. */
  readonly at: number;
}

/** All nodes at one moment, as `/v1/nodes` tells. */
export interface RecordedSample extends Timed {
  readonly type: 'sample';
  readonly nodes: readonly NodeReport[];
}

/** Something that happened, as `/v1/events` tells. */
export interface RecordedEvent extends Timed {
  readonly type: 'event';
  readonly event: NodeEvent;
}

/** What `explain` says of a peer from now on, until a later line says otherwise. */
export interface RecordedExplanation extends Timed {
  readonly type: 'explanation';
  readonly explanation: PeerExplanationSnapshot;
}

/** What was done to the network: a partition, a crash, whatever a scenario notes. */
export interface RecordedNote extends Timed {
  readonly type: 'note';
  readonly text: string;
}

/** The last line; a recording without one was cut off. */
export interface RecordingEnd extends Timed {
  readonly type: 'end';
}

/** Any line. */
export type RecordingLine =
  RecordingHeader | RecordedSample | RecordedEvent | RecordedExplanation | RecordedNote | RecordingEnd;
