import type { PeerExplanation } from '@diemnet/connectivity-manager';
import { findIpAddress } from '@diemnet/network-address';
import { networkLabel, peerIdFromHex, type NetworkAddress } from '@diemnet/types';
import type { NodeEvent, UpgradeEnd } from '../model/event.js';
import type { PeerExplanationSnapshot } from '../model/explanation.js';
import { CAUSES, NOT_DIALED, failureText } from './explanation-texts.js';
import type { InspectedNetwork } from './inspected-network.js';
import { roundTrip, snapshotFailure } from './network-snapshot.js';

/** Failed upgrades that one explanation shows. */
const MAX_FAILURES = 10;

/**
 * Why a peer is connected on one network, or not, in words and in data.
 * @throws TypesError `ERR_INVALID_PEER_ID`
 */
export function explainOnNetwork(
  node: string,
  network: InspectedNetwork,
  peerIdText: string,
  events: readonly NodeEvent[],
): PeerExplanationSnapshot {
  const peerId = peerIdFromHex(peerIdText);
  const label = networkLabel(network.context.networkId);
  const explanation = network.connectivityManager.explain(peerId);
  const statistics = network.peerManager
    .statistics()
    .find(({ metadata }) => metadata.remotePeerId === peerId);
  const metadata = statistics?.metadata;
  const recentFailures = failuresOf(explanation, label, events);
  const { dial } = explanation;
  const itself = peerId === network.context.peerId;
  return {
    node,
    network: label,
    peerId,
    connected: metadata !== undefined,
    summary: itself ? 'This is the node itself.' : summarize(explanation, metadata !== undefined),
    facts: itself ? [] : factsOf(explanation, recentFailures),
    sources: explanation.sources,
    role: explanation.role,
    roleRule: explanation.roleRule,
    keys: explanation.keys,
    addresses: explanation.addresses,
    eligible: explanation.eligible,
    oursToDial: explanation.oursToDial,
    dial: {
      phase: dial.current?.phase ?? null,
      address: dial.current?.address ?? null,
      dueInMs: dial.current === undefined ? null : Math.round(dial.current.dueInMs),
      attempts: dial.attempts,
      notDialed: dial.notDialed ?? null,
      lastFailure: snapshotFailure(dial.lastFailure),
    },
    connection:
      metadata === undefined
        ? null
        : {
            connectionId: metadata.connectionId,
            origin: metadata.origin,
            address: metadata.address,
            publicKey: metadata.remotePublicKey,
            verdict: explanation.connection?.verdict ?? 'keep',
            roundTripMs: roundTrip(network.healthChecker, peerId),
          },
    recentFailures,
  };
}

function summarize({ connection, dial, oursToDial }: PeerExplanation, connected: boolean): string {
  if (connected) {
    const how = connection?.origin === 'inbound' ? 'it dialed us' : 'we dialed it';
    if (connection === undefined || connection.verdict === 'keep') return `Connected: ${how}.`;
    const why =
      connection.verdict === 'stale-key'
        ? 'it proved a key that discovery does not list any more'
        : 'no source of discovery trusts it any more';
    return `Connected (${how}), and about to be closed: ${why}.`;
  }
  const { current, lastFailure } = dial;
  const before = lastFailure === undefined ? '' : ` The last attempt failed: ${reasonOf(lastFailure)}.`;
  if (current?.phase === 'dialing') return `Not connected: being dialed at this moment.${before}`;
  if (current !== undefined) {
    return `Not connected: the next attempt comes in ${(current.dueInMs / 1000).toFixed(1)} s.${before}`;
  }
  const why = dial.notDialed === undefined ? 'no dial is planned' : NOT_DIALED[dial.notDialed];
  return `Not connected: ${why}.${oursToDial ? before : ''}`;
}

function reasonOf({ stage, likelyCause, code }: NonNullable<PeerExplanation['dial']['lastFailure']>): string {
  const where = stage === undefined ? code : `at ${stage}`;
  return likelyCause === undefined ? where : `${where}, ${CAUSES[likelyCause]}`;
}

function factsOf(explanation: PeerExplanation, failures: readonly UpgradeEnd[]): string[] {
  const { sources, keys, addresses, eligible, oursToDial, role, dial } = explanation;
  const dialable = addresses.filter((address) => address.dialable).length;
  if (sources.length === 0) return ['no source of discovery names it', ...refusalsOf(failures)];
  return [
    `named by ${sources.map(({ source }) => source).join(', ')} as ${role}`,
    eligible ? `trusted, under ${count(keys.length, 'key')}` : 'not trusted: no source lists a key for it',
    `${count(addresses.length, 'address')} known, ${dialable === 1 ? 'one' : dialable} fit to be dialed`,
    oursToDial ? 'of a role that this node dials' : 'not of a role that this node dials: it has to dial us',
    ...(dial.attempts > 0 ? [`${count(dial.attempts, 'attempt')} in a row without a connection`] : []),
    ...refusalsOf(failures),
  ];
}

/** That it, or somebody from where it lives, came and did not get in, and why. */
function refusalsOf(failures: readonly UpgradeEnd[]): string[] {
  const refused = failures.filter(({ origin }) => origin === 'inbound');
  const [latest] = refused;
  if (latest === undefined) return [];
  return [
    `${count(refused.length, 'connection')} from it or its addresses did not get through our handshake lately; ` +
      `the last one failed at ${latest.failedStage}: ${failureText(latest)}`,
  ];
}

/** What failed lately with this peer, or came from where it lives and never said who it is. Newest first. */
function failuresOf(
  { peerId, addresses }: PeerExplanation,
  network: string,
  events: readonly NodeEvent[],
): UpgradeEnd[] {
  const ips = new Set(addresses.flatMap(({ address }) => findIpAddress(address) ?? []));
  const failures: UpgradeEnd[] = [];
  for (let i = events.length - 1; i >= 0 && failures.length < MAX_FAILURES; i--) {
    const event = events[i];
    if (event?.kind !== 'upgrade' || event.ok || event.network !== network) continue;
    const comesFrom = event.peerId === null ? findIpAddress(event.address as NetworkAddress) : undefined;
    if (event.peerId === peerId || (comesFrom !== undefined && ips.has(comesFrom))) failures.push(event);
  }
  return failures;
}

function count(n: number, what: string): string {
  return n === 1 ? `one ${what}` : `${n} ${what}${what.endsWith('s') ? 'es' : 's'}`;
}
