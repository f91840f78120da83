import { addressBinary, addressKeys, addressText, encryptedAddress } from './addresses.mjs';
import { networkConfig, nodeConfig, peerSet, validatorSet } from './files.mjs';
import { handshakeExchange, httpConnect, proxyHeader, upgradeInbound } from './links.mjs';
import { bcs, handshakeMsg, healthCheckerMsg, messageReader, networkMessage } from './messages.mjs';
import { noiseFrames, noiseMessage1, noiseMessage2 } from './noise.mjs';

/** Each is `{ name, seeds(), tokens?, maxBytes?, run(bytes) }`; `run` answers with a word for what it saw, or throws. */
export const targets = [
  bcs,
  handshakeMsg,
  networkMessage,
  messageReader,
  noiseMessage1,
  noiseMessage2,
  noiseFrames,
  upgradeInbound,
  handshakeExchange,
  addressText,
  addressBinary,
  encryptedAddress,
  addressKeys,
  proxyHeader,
  httpConnect,
  healthCheckerMsg,
  validatorSet,
  peerSet,
  networkConfig,
  nodeConfig,
];
