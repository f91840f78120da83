import { errorCode, type NetworkId } from '@diemnet/types';
import type { EndpointCheck } from './check-endpoint.js';

/** What a check of an endpoint came to. */
export type EndpointVerdictKind =
  /** Upgraded: our key is welcome. */
  | 'connected'
  /** Garbage was refused without a word, as a DiemNet listener does. */
  | 'garbage-refused'
  /** Garbage was answered. */
  | 'garbage-answered'
  /** Nobody listens at this port. */
  | 'refused'
  /** There is no way to the host, or no such name. */
  | 'unreachable'
  /** Connecting took too long. */
  | 'timed-out'
  /** The listener has another key than the address says. */
  | 'wrong-key'
  /** The listener does not admit our key. */
  | 'not-trusted'
  /** One of the last two; where only trusted peers are admitted, a stranger cannot tell which. */
  | 'wrong-key-or-not-trusted'
  /** Admitted, then closed: overloaded or stopping. */
  | 'closed-after-noise'
  | 'wrong-chain'
  | 'wrong-network'
  | 'no-common-version'
  /** Connected, then nothing until the time was up. */
  | 'silent'
  /** What came is not this protocol. */
  | 'not-diemnet'
  | 'unknown';

/** Which side has to do something about it. */
export type EndpointSide = 'ours' | 'remote' | 'between' | 'either';

/** A check of an endpoint, explained. */
export interface EndpointVerdict {
  readonly kind: EndpointVerdictKind;
  /** True if the endpoint is in order. */
  readonly ok: boolean;
  /** Where it ended: `connect`, `noise`, `handshake`, `negotiate`, or `complete`. */
  readonly stage: string | undefined;
  readonly side: EndpointSide | undefined;
  /** What happened, in one sentence. */
  readonly explanation: string;
  /** What to look at. */
  readonly advice: string | undefined;
}

/** What a second attempt, with a fresh key whose PeerId derives from it, showed about a listener that refused us. */
export type StrangerProbe = 'admitted' | 'refused' | undefined;

interface Text {
  readonly ok?: boolean;
  readonly side?: EndpointSide;
  readonly explanation: string;
  readonly advice?: string;
}

const TEXTS: Readonly<Record<EndpointVerdictKind, Text>> = {
  connected: { ok: true, explanation: 'the endpoint works: connected, authenticated and agreed on versions' },
  'garbage-refused': {
    ok: true,
    explanation:
      'the endpoint closed the connection without a word when it got garbage, as DiemNet listeners do',
  },
  'garbage-answered': {
    side: 'remote',
    explanation: 'the endpoint answered garbage: it is not a DiemNet listener',
    advice: 'check the port: another service listens there',
  },
  refused: {
    side: 'remote',
    explanation: 'the host is there, but nobody listens at this port',
    advice: 'is the node running, and is this the port of its listen_address?',
  },
  unreachable: {
    side: 'between',
    explanation: 'there is no way to this host, or its name does not resolve',
    advice: 'check the address, name resolution, routes and firewalls',
  },
  'timed-out': {
    side: 'between',
    explanation: 'connecting took too long',
    advice: 'a firewall may drop the packets, or the host is down',
  },
  'wrong-key': {
    side: 'ours',
    explanation: 'the listener closed the connection during Noise: it has another key than the address says',
    advice:
      'compare the key in the address with the one that the node announces; was it rotated? Only if the node has ' +
      'mutual_authentication on for this network, it may be that it does not trust our key instead',
  },
  'not-trusted': {
    side: 'remote',
    explanation: 'the listener has the expected key, but does not admit ours',
    advice: 'its peer set must list our PeerId with our public key; check which key it lists',
  },
  'wrong-key-or-not-trusted': {
    side: 'either',
    explanation:
      'the listener closed the connection during Noise: either it does not trust our key, or it has another key ' +
      'than the address says (it does not tell which)',
    advice:
      'the address must have the key that the node announces, and its peer set our PeerId with our public key ' +
      '(--private-key-file); our clock must not have gone back',
  },
  'closed-after-noise': {
    side: 'remote',
    explanation: 'the listener admitted us and then closed the connection',
    advice: 'it may be stopping or overloaded: look at its logs, and try again',
  },
  'wrong-chain': {
    side: 'either',
    explanation: 'the node is on another chain',
    advice: 'compare --chain-id with base.chain_id of the node',
  },
  'wrong-network': {
    side: 'either',
    explanation: 'the node serves another network at this address',
    advice: 'compare --network with network_id of the node',
  },
  'no-common-version': {
    side: 'either',
    explanation: 'we and the node have no version of the protocol in common',
    advice: 'one of the two has to be updated',
  },
  silent: {
    side: 'remote',
    explanation: 'connected, but no answer of DiemNet came until the time was up',
    advice: 'another service may listen there, the node may hang, or a proxy swallows what we send',
  },
  'not-diemnet': {
    side: 'remote',
    explanation: 'what came back is not DiemNet',
    advice: 'check the port: another service listens there',
  },
  unknown: { explanation: 'the check failed' },
};

/** The verdict on a check. `stranger` settles what a refusal during Noise means. Pure. */
export function explainEndpointCheck(
  check: EndpointCheck,
  { networkId, stranger }: { readonly networkId: NetworkId; readonly stranger?: StrangerProbe },
): EndpointVerdict {
  const kind = kindOf(check, networkId, stranger);
  const { ok = false, side, explanation, advice } = TEXTS[kind];
  const stage = 'stage' in check ? check.stage : undefined;
  return { kind, ok, stage, side, explanation, advice };
}

/** True if another attempt with a key that nobody knows can say more. */
export function isAmbiguous(check: EndpointCheck): boolean {
  return check.outcome === 'failed' && check.likelyCause === 'refused-by-noise';
}

function kindOf(check: EndpointCheck, networkId: NetworkId, stranger: StrangerProbe): EndpointVerdictKind {
  if (check.outcome === 'connected') return 'connected';
  if (check.outcome === 'refused') return 'garbage-refused';
  switch (check.likelyCause) {
    case 'unreachable':
      return connectKind(check.error);
    case 'no-answer':
      return 'silent';
    case 'refused-by-noise':
      if (stranger === 'admitted') return 'not-trusted';
      // The validator network admits nobody whom it does not know, so its refusal of a stranger says nothing.
      return networkId.kind === 'validator' || stranger === undefined
        ? 'wrong-key-or-not-trusted'
        : 'wrong-key';
    case 'refused-after-noise':
      return 'closed-after-noise';
    case 'different-chain':
      return 'wrong-chain';
    case 'different-network':
      return 'wrong-network';
    case 'no-common-version':
    case 'not-diemnet':
      return check.likelyCause;
    default:
      return connectKind(check.error);
  }
}

const BY_CODE: Readonly<Record<string, EndpointVerdictKind>> = {
  ERR_CONNECTION_REFUSED: 'refused',
  // Of a memory port that nobody listens on.
  ERR_ADDRESS_NOT_AVAILABLE: 'refused',
  ERR_HOST_UNREACHABLE: 'unreachable',
  ERR_NAME_NOT_RESOLVED: 'unreachable',
  ERR_PERMISSION_DENIED: 'unreachable',
  ERR_CONNECT_TIMEOUT: 'timed-out',
  ERR_CONNECTION_TIMED_OUT: 'timed-out',
  ERR_UPGRADE_TIMED_OUT: 'timed-out',
  ERR_ELAPSED: 'silent',
  ERR_UNEXPECTED_ANSWER: 'garbage-answered',
};

/** What the first known code among the errors, from the root cause outward, stands for. */
function connectKind(error: unknown): EndpointVerdictKind {
  const codes: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    codes.unshift(errorCode(at));
    if (at instanceof AggregateError) codes.unshift(...at.errors.map(errorCode));
  }
  if (codes.includes('ERR_UPGRADE_TIMED_OUT')) return 'timed-out';
  const known = codes.map((code) => BY_CODE[code]).find((kind) => kind !== undefined);
  return known ?? 'unknown';
}
