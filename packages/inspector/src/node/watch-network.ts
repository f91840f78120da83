import type { DialReport } from '@diemnet/connectivity-manager';
import type { ConnectionEvent } from '@diemnet/peer-manager';
import type { UpgradeReport } from '@diemnet/transport';
import { errorCode, isDiemNetError, networkLabel, type TimeService } from '@diemnet/types';
import type { NodeEvent } from '../model/event.js';
import type { InspectedNetwork } from './inspected-network.js';

interface Watcher {
  readonly node: string;
  readonly time: TimeService;
  onEvent(event: NodeEvent): void;
}

type Place = Pick<NodeEvent, 'node' | 'network' | 'atUnixMs'>;

/** Turns all that a network tells into events. Returns the way to stop. */
export function watchNetwork(network: InspectedNetwork, { node, time, onEvent }: Watcher): () => void {
  const label = networkLabel(network.context.networkId);
  const place = (): Place => ({ node, network: label, atUnixMs: time.unixTimeMs() });
  const stops = [
    network.peerManager.subscribe((event) => onEvent(connectionChange(place(), event))),
    network.connectivityManager.onDial((report) => onEvent(dialEnd(place(), report))),
    network.onUpgrade((report) => onEvent(upgradeEnd(place(), report))),
  ];
  return () => stops.forEach((stop) => stop());
}

const KINDS = { 'new-peer': 'connected', 'updated-peer': 'replaced', 'lost-peer': 'disconnected' } as const;

function connectionChange(place: Place, event: ConnectionEvent): NodeEvent {
  const { remotePeerId, address, origin, role, connectionId } = event.metadata;
  return {
    kind: KINDS[event.type],
    ...place,
    peerId: remotePeerId,
    address,
    origin,
    role,
    connectionId,
    cause: event.type === 'lost-peer' ? event.cause : null,
  };
}

function dialEnd(place: Place, { peerId, address, result, failure }: DialReport): NodeEvent {
  return {
    kind: 'dial',
    ...place,
    peerId,
    address,
    result,
    code: failure?.reason ?? failure?.code ?? null,
    likelyCause: failure?.likelyCause ?? null,
  };
}

function upgradeEnd(place: Place, report: UpgradeReport): NodeEvent {
  const { origin, elapsedMs, stages, failure } = report;
  return {
    kind: 'upgrade',
    ...place,
    peerId: report.remotePeerId ?? claimedBy(failure?.cause) ?? null,
    address: report.remoteAddress,
    origin,
    ok: failure === undefined,
    elapsedMs: thousandths(elapsedMs),
    stages: stages.map(({ stage, durationMs }) => ({ stage, durationMs: thousandths(durationMs) })),
    failedStage: failure?.stage ?? null,
    reason: failure === undefined ? null : errorCode(failure.cause ?? failure),
    likelyCause: failure?.likelyCause ?? null,
    message: failure?.message ?? null,
  };
}

/** Who somebody said to be whose handshake failed: nobody else can say why it is not connected. Not authenticated. */
function claimedBy(cause: unknown): string | undefined {
  const details = isDiemNetError(cause)
    ? (cause.details as { remotePeerId?: unknown } | undefined)
    : undefined;
  return typeof details?.remotePeerId === 'string' ? details.remotePeerId : undefined;
}

/** More digits are noise. */
function thousandths(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
