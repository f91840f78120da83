import { disconnectReasonOf, type DisconnectCause } from '@diemnet/peer';
import { VALIDATOR_NETWORK, type NetworkAddress, type Peer, type PeerId } from '@diemnet/types';
import type { LoggedEvent } from '@diemnet/types/testing';
import { DIRECT, MemoryHarness, keys, peerOf, seed } from './memory-harness.js';

const [A, B, STRANGER] = [keys(1), keys(2), keys(3)] as const;

const CAUSES: readonly DisconnectCause[] = [
  'requested',
  'shutdown',
  'replaced',
  'tie-lost',
  'inbound-limit',
  'evicted',
  'self-dial',
  'not-trusted',
  'stale-key',
  'unhealthy',
  'misbehaviour',
  'write-stalled',
  'remote-closed',
  'truncated',
  'frame-too-large',
  'decryption-failed',
  'io-error',
];
const SECURITY_EVENTS = [
  'noise_handshake',
  'invalid_network_event',
  'invalid_health_checker_msg',
  'invalid_network_event_h_c',
];
const HEX_PEER_ID = /^[0-9A-F]{32}$/;
const ADDRESS = /^\/(memory|ip4|ip6|dns[46]?)\//;

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isNumber = (value: unknown) => Number.isFinite(value);
/** The forms of fields that stand in the table of observability, section 4. */
const FORMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  connection_id: isNumber,
  connection_origin: (value) => value === 'inbound' || value === 'outbound',
  remote_peer: (value) => HEX_PEER_ID.test(String(value)),
  network_address: (value) => ADDRESS.test(String(value)),
  listen_address: (value) => ADDRESS.test(String(value)),
  discovery_source: (value) => ['OnChainValidatorSet', 'File', 'Config'].includes(String(value)),
  error: isText,
  'security-event': (value) => SECURITY_EVENTS.includes(String(value)),
  cause: (value) => CAUSES.includes(value as DisconnectCause),
  disconnection_reason: (value) => value === 'Requested' || value === 'ConnectionLost',
  delay: isNumber,
  duration_ms: isNumber,
  round: isNumber,
  protocol_id: (value) => isNumber(value) || isText(value),
  suppressed: (value) => Number(value) > 0,
  stage: isText,
  likely_cause: isText,
};

/** What is wrong with one line. */
function faults({ level, message, fields }: LoggedEvent): string[] {
  const found: string[] = [];
  const context = fields['network_context'] as Record<string, unknown> | undefined;
  if (context === undefined) found.push('no network_context');
  else {
    if (context['role'] !== 'validator') found.push('role');
    if (context['network_id'] !== 'Validator') found.push(`network_id ${String(context['network_id'])}`);
    if (!/^[0-9a-f]{32}$/.test(String(context['peer_id']))) found.push('peer_id');
  }
  for (const [name, value] of Object.entries(fields)) {
    if (FORMS[name]?.(value) === false) found.push(`${name}: ${String(value)}`);
  }
  if ('cause' in fields !== 'disconnection_reason' in fields) found.push('a cause without its reason');
  if (
    'cause' in fields &&
    disconnectReasonOf(fields['cause'] as DisconnectCause) !== fields['disconnection_reason']
  )
    found.push('another reason than that of the cause');
  // What changes belongs into fields, so that lines can be counted by their message.
  if (/[0-9a-f]{8}|\/tcp\/|\/memory\//i.test(message)) found.push('a message that is not constant');
  if (level === 'error' && !('security-event' in fields)) found.push('an error that is none of ours');
  return found.map((fault) => `${level} "${message}": ${fault}`);
}

it('says everything in the fields of the schema, at the levels of the schema [D-36]', async () => {
  const harness = new MemoryHarness();
  try {
    const start = (pair: typeof A, port: number, seeds: readonly [PeerId, Peer][]) =>
      harness.start({
        ...harness.options(pair, port, {
          network_id: VALIDATOR_NETWORK,
          mutual_authentication: true,
          seeds: new Map(seeds),
        }),
        role: 'validator',
      });
    const a = await start(A, 1, [seed(B, 2, 'Validator'), seed(keys(7), 70, 'Validator')]);
    const b = await start(B, 2, [seed(A, 1, 'Validator')]);
    // One who is not trusted, and cannot stop calling.
    const stranger = await start(STRANGER, 3, [seed(A, 1, 'Validator')]);
    await harness.until(() => a.network.connectivityManager.connectedCount === 1);
    await harness.pass(3_000);
    // A ping that is no request, and a payload that does not decode; a peer that is not connected; a dial that fails.
    b.network.peerManager.sendDirectSend(peerOf(A), 5, Uint8Array.of(0, 1, 2, 3, 4));
    b.network.peerManager.sendDirectSend(peerOf(A), 5, Uint8Array.of(9));
    expect(() => a.application.sender.sendTo(peerOf(STRANGER), DIRECT, Uint8Array.of(1))).toThrow();
    const nowhere = `/memory/99/ln-noise-ik/${B.publicKey}/ln-handshake/0` as NetworkAddress;
    const dial = a.network.peerManager.dial(peerOf(B), nowhere, { replace: true }).catch(() => undefined);
    await harness.pass(100);
    await dial;
    // Another connection takes the place of the first; then B is not trusted any more.
    const again = a.network.peerManager.dial(peerOf(B), b.network.listenAddress, { replace: true });
    await harness.pass(2_000);
    await again.catch(() => undefined);
    a.network.connectivityManager.updateDiscoveredPeers('Config', new Map());
    await harness.pass(2_000);
    await stranger.network.peerManager.disconnect(peerOf(A)).catch(() => undefined);
    await harness.pass(60_000);
  } finally {
    await harness.stopAll();
  }
  const { events } = harness.logger;
  expect(events.length).toBeGreaterThan(100);
  expect([...new Set(events.flatMap(faults))]).toEqual([]);
  for (const secret of [A, B, STRANGER]) {
    expect(JSON.stringify(events)).not.toContain(secret.privateKey.exposeHex());
  }
  const messages = (level: string) =>
    new Set(events.filter((event) => event.level === level).map(({ message }) => message));
  for (const message of ['connection established', 'connection closed', 'dial queued', 'dialing']) {
    expect(messages('info')).toContain(message);
  }
  expect(messages('warn')).toContain('outbound upgrade failed');
  const causes = new Set(events.map(({ fields }) => fields['cause']));
  for (const cause of ['replaced', 'not-trusted']) expect(causes).toContain(cause);
  const security = new Set(events.map(({ fields }) => fields['security-event']));
  expect(security).toContain('invalid_network_event_h_c');
  expect(security).toContain('invalid_network_event');
});
