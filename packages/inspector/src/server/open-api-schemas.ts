import { EVENT_KINDS } from '../model/event.js';

/** The part of JSON Schema that is used here. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly $ref?: string;
}

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };
const whole: Schema = { type: 'integer' };
const number: Schema = { type: 'number' };
const numberOrNull: Schema = { type: ['number', 'null'] };
const flag: Schema = { type: 'boolean' };
const peerId: Schema = { type: 'string', pattern: '^[0-9a-f]{32}$' };
const origin: Schema = { type: 'string', enum: ['inbound', 'outbound'] };
const unixMs: Schema = { type: 'integer', description: 'milliseconds since 1970' };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const texts = listOf(text);
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** All fields are always there. */
function object(properties: Record<string, Schema>, description?: string): Schema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  };
}

const traffic = { messagesIn: whole, bytesIn: whole, messagesOut: whole, bytesOut: whole };

const peer = {
  peerId,
  publicKey: text,
  connectionId: whole,
  origin,
  role: text,
  address: text,
  connectedSinceUnixMs: unixMs,
  protocols: texts,
  roundTripMs: numberOrNull,
  failedPings: whole,
  bytesIn: whole,
  bytesOut: whole,
  quietForMs: numberOrNull,
  queuedMessages: whole,
  queuedBytes: whole,
  refusedMessages: whole,
  unhandledMessages: whole,
  pendingOutboundRpcs: whole,
  pendingInboundRpcs: whole,
  traffic: listOf(object({ protocol: text, ...traffic })),
};

const event = {
  kind: { type: 'string', enum: EVENT_KINDS },
  node: text,
  network: text,
  atUnixMs: unixMs,
  peerId: orNull(peerId),
  address: text,
} satisfies Record<string, Schema>;

const upgrade = {
  ...event,
  kind: { const: 'upgrade' },
  origin,
  ok: flag,
  elapsedMs: number,
  stages: listOf(object({ stage: text, durationMs: number })),
  failedStage: textOrNull,
  reason: textOrNull,
  likelyCause: textOrNull,
  message: textOrNull,
};

/** `components.schemas` of the OpenAPI document. */
export const SCHEMAS: Readonly<Record<string, Schema>> = Object.freeze({
  Problem: object(
    { type: text, title: text, status: whole, code: text, detail: text },
    'RFC 9457; programs match on `code`',
  ),
  Failure: object({
    atUnixMs: unixMs,
    address: text,
    code: text,
    message: text,
    stage: textOrNull,
    reason: textOrNull,
    likelyCause: textOrNull,
  }),
  Peer: object(peer, 'one connection'),
  AbsentPeer: object(
    {
      peerId,
      role: text,
      oursToDial: flag,
      state: text,
      attempts: whole,
      nextAttemptMs: numberOrNull,
      lastFailure: orNull(ref('Failure')),
    },
    'a known peer that is not connected',
  ),
  Network: object({
    network: text,
    state: text,
    role: text,
    peerId,
    publicKey: text,
    listenAddress: textOrNull,
    inboundConnections: whole,
    outboundConnections: whole,
    dialsQueued: whole,
    trustedPeers: whole,
    peers: listOf(ref('Peer')),
    absentPeers: listOf(ref('AbsentPeer')),
  }),
  Snapshot: object({
    node: text,
    role: text,
    atUnixMs: unixMs,
    startedUnixMs: unixMs,
    networks: listOf(ref('Network')),
  }),
  NodeReport: {
    oneOf: [
      object({ node: text, ok: { const: true }, snapshot: ref('Snapshot') }),
      object({ node: text, ok: { const: false }, error: text }),
    ],
  },
  Nodes: object({ nodes: listOf(ref('NodeReport')) }),
  Peers: object({
    peers: listOf(object({ node: text, network: text, ...peer })),
    unavailable: listOf(text),
  }),
  Explanation: object({
    node: text,
    network: text,
    peerId,
    connected: flag,
    summary: text,
    facts: texts,
    sources: listOf(object({ source: text, role: text, keys: texts, addresses: texts })),
    role: text,
    roleRule: text,
    keys: texts,
    addresses: listOf(object({ address: text, dialable: flag })),
    eligible: flag,
    oursToDial: flag,
    dial: object({
      phase: textOrNull,
      address: textOrNull,
      dueInMs: numberOrNull,
      attempts: whole,
      notDialed: textOrNull,
      lastFailure: orNull(ref('Failure')),
    }),
    connection: orNull(
      object({
        connectionId: whole,
        origin,
        address: text,
        publicKey: text,
        verdict: text,
        roundTripMs: numberOrNull,
      }),
    ),
    recentFailures: listOf(ref('UpgradeEvent')),
  }),
  Explanations: object({ peerId, explanations: listOf(ref('Explanation')) }),
  ConnectionEvent: object({
    ...event,
    kind: { enum: ['connected', 'replaced', 'disconnected'] },
    origin,
    role: text,
    connectionId: whole,
    cause: textOrNull,
  }),
  DialEvent: object({
    ...event,
    kind: { const: 'dial' },
    result: text,
    code: textOrNull,
    likelyCause: textOrNull,
  }),
  UpgradeEvent: object(upgrade, 'the handshake of one connection, stage by stage'),
  NodeEvent: object({ ...event, kind: { enum: ['node-up', 'node-down'] } }),
  Event: {
    oneOf: ['ConnectionEvent', 'DialEvent', 'UpgradeEvent', 'NodeEvent'].map(ref),
    description: 'the `data` of one server-sent event; its `id` can be sent back as Last-Event-ID',
  },
  Disconnect: object({ node: text, network: text }),
  Disconnected: object({ disconnected: flag }),
  Health: object({ status: { const: 'ok' } }),
  Readiness: object({ ready: flag }),
});
