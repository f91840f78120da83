import { QUEUE_STYLES, type QueueStyle } from '@diemnet/channel';
import type { DirectSendOptions, ProtocolKind } from '@diemnet/peer-manager';
import {
  HIGHEST_DIEM_PROTOCOL_ID,
  ProtocolIds,
  diemProtocolKind,
  isProtocolId,
  payloadEncoding,
  type ProtocolId,
} from '@diemnet/wire';
import { jsonCodec, type ProtocolCodec } from './codec.js';
import { NetworkError } from './errors.js';

/** One protocol of an application. */
export interface ProtocolDefinition<T> {
  /** 0 to 6 are Diem's, 7 to 255 are yours. */
  readonly id: ProtocolId;
  /** For logs and errors. @default the name of Diem's protocol; ids above 6 must have one */
  readonly name?: string;
  /** What can be sent and received. @default what Diem uses the protocol for; ids above 6 must say */
  readonly kinds?: readonly ProtocolKind[];
  readonly codec: ProtocolCodec<T>;
  /** Priority of what is sent, 0 to 255. @default PeerManager's own */
  readonly priority?: number;
}

/** What an application wants of the network. */
export interface ApplicationDefinition<T> {
  /** For logs and errors. */
  readonly name: string;
  /** In order of preference, see {@link NetworkSender.preferredProtocol}. */
  readonly protocols: readonly ProtocolDefinition<T>[];
  /** What the queue of a peer and protocol delivers first, and drops when full. @default 'fifo' */
  readonly queueStyle?: QueueStyle;
  /** Events that may wait per peer and protocol. @default 1024 */
  readonly queueSize?: number;
  /** Payload bytes that may wait per peer and protocol; a larger payload does not get in. @default 16777216 */
  readonly queueBytes?: number;
  /** Name of a counter of what is enqueued, dequeued and dropped, by the label `state`. @default none */
  readonly queueMetric?: string;
}

/** A checked {@link ProtocolDefinition}. */
export interface Protocol<T> extends Required<Omit<ProtocolDefinition<T>, 'priority'>> {
  /** What sending says where a call has no options of its own. */
  readonly sendOptions: DirectSendOptions;
}

/** A checked {@link ApplicationDefinition}; made by {@link defineApplication}. */
export interface Application<T> {
  readonly name: string;
  /** By id, in order of preference. */
  readonly protocols: ReadonlyMap<ProtocolId, Protocol<T>>;
  readonly queueStyle: QueueStyle;
  readonly queueSize: number;
  readonly queueBytes: number;
  readonly queueMetric: string | undefined;
}

/** What holds where a definition says nothing. */
export const DEFAULT_APPLICATION_OPTIONS = Object.freeze({
  queueStyle: 'fifo',
  queueSize: 1024,
  queueBytes: 16 * 1024 * 1024,
} as const);

const DIEM_NAMES = Object.fromEntries(Object.entries(ProtocolIds).map(([name, id]) => [id, name]));

/**
 * Checks what an application wants and fills in the defaults.
 * @throws NetworkError `ERR_INVALID_APPLICATION`
 */
export function defineApplication<T>(definition: ApplicationDefinition<T>): Application<T> {
  const { name, queueMetric } = definition;
  const queueStyle = definition.queueStyle ?? DEFAULT_APPLICATION_OPTIONS.queueStyle;
  const queueSize = definition.queueSize ?? DEFAULT_APPLICATION_OPTIONS.queueSize;
  const queueBytes = definition.queueBytes ?? DEFAULT_APPLICATION_OPTIONS.queueBytes;
  if (typeof name !== 'string' || name === '') throw invalid('name', 'an application needs a name');
  if (definition.protocols.length === 0) throw invalid('protocols', `${name} has no protocols`);
  if (!QUEUE_STYLES.includes(queueStyle)) {
    throw invalid('queueStyle', `the queue style of ${name} must be one of ${QUEUE_STYLES.join(', ')}`);
  }
  if (!Number.isSafeInteger(queueSize) || queueSize < 1) {
    throw invalid('queueSize', `the queue size of ${name} must be an integer from 1 up`);
  }
  if (!(queueBytes > 0)) throw invalid('queueBytes', `the queue bytes of ${name} must be a positive number`);
  const protocols = new Map<ProtocolId, Protocol<T>>();
  for (const protocol of definition.protocols) {
    const checked = checkProtocol(name, protocol);
    if (protocols.has(checked.id)) throw invalid('protocols', `${name} names protocol ${checked.id} twice`);
    protocols.set(checked.id, checked);
  }
  return Object.freeze({ name, protocols, queueStyle, queueSize, queueBytes, queueMetric });
}

/**
 * Definitions of Diem's own protocols, with the encoding that Diem uses for each: JSON for 6, BCS for the others.
 * @throws NetworkError `ERR_INVALID_APPLICATION` for an id above 6
 */
export function diemProtocols<T>(
  ids: readonly ProtocolId[],
  codecs: { readonly bcs: ProtocolCodec<T>; readonly json?: ProtocolCodec<T> },
): ProtocolDefinition<T>[] {
  return ids.map((id) => {
    if (DIEM_NAMES[id] === undefined) throw invalid('id', `${id} is not the id of a Diem protocol`);
    return { id, codec: payloadEncoding(id) === 'json' ? (codecs.json ?? jsonCodec<T>()) : codecs.bcs };
  });
}

function checkProtocol<T>(application: string, definition: ProtocolDefinition<T>): Protocol<T> {
  const { id, codec, priority } = definition;
  const what = `protocol ${id} of ${application}`;
  if (!isProtocolId(id))
    throw invalid('id', `a protocol id of ${application} is not an integer from 0 to 255`);
  const diemName = DIEM_NAMES[id];
  const name = definition.name ?? diemName;
  if (name === undefined || name === '') {
    throw invalid('name', `${what} needs a name, as its id is above ${HIGHEST_DIEM_PROTOCOL_ID}`);
  }
  if (diemName !== undefined && name !== diemName) throw invalid('name', `${what} is called ${diemName}`);
  const diemKind = diemProtocolKind(id);
  const kinds = definition.kinds ?? (diemKind === undefined ? [] : [diemKind]);
  if (kinds.length === 0 || kinds.some((kind) => kind !== 'rpc' && kind !== 'direct-send')) {
    throw invalid('kinds', `${what} must be of kind rpc, direct-send, or both`);
  }
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 255)) {
    throw invalid('priority', `the priority of ${what} must be an integer from 0 to 255`);
  }
  return Object.freeze({
    id,
    name,
    kinds: Object.freeze([...new Set(kinds)]),
    codec,
    sendOptions: Object.freeze(priority === undefined ? {} : { priority }),
  });
}

function invalid(field: string, message: string): NetworkError {
  return new NetworkError('ERR_INVALID_APPLICATION', message, { details: { field } });
}
