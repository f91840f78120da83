import { parseProxyHeader, readProxyHeader } from '@diemnet/netcore';
import { NoiseUpgrader, keyPairFromPrivateKey } from '@diemnet/noise';
import {
  SocketReader,
  TrustedPeers,
  X25519PrivateKey,
  chainIdFromNumber,
  PUBLIC_NETWORK,
} from '@diemnet/types';
import { createHandshakeMsg } from '@diemnet/wire';
import { findConnectResponseEnd } from '../../../packages/netcore/src/http-connect/connect-message.ts';
import { exchangeHandshake } from '../../../packages/transport/src/handshake-exchange.ts';
import { bothBackends, perBackend } from './both-backends.mjs';
import { toyHandshake } from './noise.mjs';
import { collect, cuts, hex, hold, ScriptedSocket, utf8, vectors } from './support.mjs';

const PROXY_SIGNATURE = hex('0d0a0d0a000d0a515549540a');

export const proxyHeader = {
  name: 'proxy-header',
  maxBytes: 1024,
  tokens: [PROXY_SIGNATURE, hex('2111000c'), hex('21210024'), hex('20000000')],
  seeds: () => collect(vectors('netcore', 'proxy_v2'), ['bytes_hex']),
  async run(bytes) {
    // Growing prefixes: undecided, undecided, then an answer that stays.
    const outcomeOf = (length) => {
      try {
        const header = parseProxyHeader(bytes.subarray(0, length));
        return header && `${header.byteLength} ${header.source?.address}`;
      } catch (error) {
        if (!error.code?.startsWith('ERR_')) throw error;
        return error.code;
      }
    };
    const whole = outcomeOf(bytes.length);
    let decided;
    for (let length = 0, more = 3; length <= Math.min(bytes.length, 64) && more > 0; length++) {
      const now = outcomeOf(length);
      if (decided !== undefined) hold(now === decided, 'the answer stays');
      decided ??= now;
      if (decided !== undefined) more--;
    }
    if (decided !== undefined) hold(whole === decided, 'the answer stays');
    const socket = new ScriptedSocket(bytes);
    let source;
    try {
      source = await readProxyHeader(new SocketReader(socket), { remoteIp: '127.0.0.1' });
    } catch (error) {
      if (!error.code?.startsWith('ERR_')) throw error;
      hold(whole === undefined || whole === error.code, `the reader says ${error.code}, the parser ${whole}`);
      throw error;
    }
    hold(whole?.endsWith(` ${source?.address}`), 'reader and parser agree');
    return source === undefined ? 'no source' : source.address.slice(0, 5);
  },
};

export const httpConnect = {
  name: 'http-connect',
  maxBytes: 5000,
  tokens: ['HTTP/1.1 200', 'HTTP/1.0 200 OK\r\n', '\r\n\r\n', '\r\n', ' 407 ', 'Content-Length: 1\r\n'],
  seeds: () =>
    [
      'HTTP/1.1 200 Connection established\r\n\r\n',
      'HTTP/1.0 200 OK\r\nProxy-Agent: x\r\nVia: 1.1 y\r\n\r\nrest',
      'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
      `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(4090)}\r\n\r\n`,
      'SSH-2.0-x\r\n',
    ].map(utf8),
  run(bytes) {
    const outcomeOf = (find) => {
      try {
        return find();
      } catch (error) {
        if (!error.code?.startsWith('ERR_')) throw error;
        return error.code;
      }
    };
    const whole = outcomeOf(() => findConnectResponseEnd(bytes));
    let grown;
    let length = 0;
    for (const part of cuts(bytes)) {
      const searched = length;
      length += part.length;
      grown ??= outcomeOf(() => findConnectResponseEnd(bytes.subarray(0, length), searched));
    }
    hold(whole === grown, `at once ${whole}, in parts ${grown}`);
    return typeof whole === 'number' ? 'header' : (whole ?? 'incomplete');
  },
};

/** Time stands still, so that a second of real time has no part in the result. */
const stillTime = { now: () => 0, unixTimeMs: () => 0, schedule: () => ({ cancel() {} }) };
const UNLIMITED = { perSecond: Number.MAX_VALUE, burst: Number.MAX_VALUE };

function server() {
  const [{ server: keys, client, steps }] = vectors('noise', 'connection').valid;
  return { keys, client, message: hex(steps[0].wire_hex) };
}

/** A listener's whole side of Noise, over a socket that cuts and ends where it likes. */
export const upgradeInbound = {
  name: 'upgrade-inbound',
  maxBytes: 400,
  seeds: () => {
    const variants = (message) => [
      message,
      Buffer.concat([message, new Uint8Array(20)]),
      message.subarray(0, 48),
    ];
    const { prologue, message1 } = toyHandshake();
    return bothBackends(variants(server().message), variants(Buffer.concat([prologue, message1])));
  },
  setup: perBackend((backend) => {
    const { keys } = server();
    const privateKey = X25519PrivateKey.fromBytes(hex(keys.static_private));
    return new NoiseUpgrader({
      identity: { peerId: keys.peer_id, keyPair: keyPairFromPrivateKey(privateKey, { backend }) },
      mode: 'maybe-mutual',
      trustedPeers: new TrustedPeers(),
      backend,
      time: stillTime,
      strangerDh: UNLIMITED,
      rng: { fill: (into) => (into.set(hex(keys.ephemeral_private).subarray(0, into.length)), into) },
    });
  }),
  async run(bytes) {
    const { fixed: upgrader, message } = this.setup(bytes);
    const socket = new ScriptedSocket(message);
    try {
      const { remotePeerId, role } = await upgrader.upgradeInbound(socket);
      hold(socket.written === 48, 'message 2 was sent');
      hold(role === 'Unknown' && remotePeerId.length === 32, 'the remote is known');
      return 'accepted';
    } catch (error) {
      hold(socket.closed, 'a refused socket is gone');
      hold(socket.written === 0, 'a refused dialer is told nothing');
      throw error;
    }
  },
};

/** The swap of version handshakes, frame and message. */
export const handshakeExchange = {
  name: 'handshake-exchange',
  maxBytes: 600,
  seeds: () => collect(vectors('wire', 'handshake_msg'), ['wire_frame_hex']),
  async run(bytes) {
    this.ours ??= createHandshakeMsg({
      chainId: chainIdFromNumber(4),
      networkId: PUBLIC_NETWORK,
      protocolIds: [5],
    });
    const socket = new ScriptedSocket(bytes);
    const { theirs } = await exchangeHandshake(socket, this.ours);
    return `chain ${theirs.chainId} ${theirs.networkId.kind}`;
  },
};
