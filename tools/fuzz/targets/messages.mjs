import { BcsReader, decode, encode } from '@diemnet/bcs';
import { healthCheckerCodec } from '@diemnet/health-checker';
import { chainIdFromNumber, VALIDATOR_NETWORK } from '@diemnet/types';
import {
  createHandshakeMsg,
  decodeErrorCode,
  decodeHandshakeMsg,
  decodeNetworkMessage,
  encodeHandshakeMsg,
  encodeNetworkMessage,
  MessageReader,
  negotiate,
} from '@diemnet/wire';
import { collect, cuts, hex, hold, sameBytes, vectors } from './support.mjs';

/** The first bytes are a program of reads, the rest what is read. */
export const bcs = {
  name: 'bcs',
  seeds: () => [
    hex('0801020304050607080102030405060708090a0b0c0d0e0f'),
    hex('0309090903616263036465660106677788'),
    hex('020b0a02010203040506070809'),
    ...collect(vectors('wire', 'handshake_msg'), ['bcs_hex']),
  ],
  run(bytes) {
    if (bytes.length < 2) return 'short';
    const steps = Math.min(bytes[0] & 0x0f, bytes.length - 1);
    const program = bytes.subarray(1, 1 + steps);
    const depth = { now: 0 };
    const kinds = [];
    const run = (reader) => {
      for (const step of program) kinds.push(readOne(reader, step, depth));
      return reader.remaining;
    };
    try {
      decode(bytes.subarray(1 + steps), run);
    } catch (error) {
      error.message = `${kinds.length} ${error.message}`;
      throw error;
    }
    return kinds.join();
  },
};

function readOne(reader, step, depth) {
  switch (step % 12) {
    case 0:
      return typeof reader.u8();
    case 1:
      return typeof reader.u16();
    case 2:
      return typeof reader.u32();
    case 3:
      return typeof reader.u64();
    case 4:
      return String(reader.bool());
    case 5:
      return `fixed ${reader.fixedBytes(step >> 4).length}`;
    case 6:
      return reader.bytes().length > 0 ? 'bytes' : 'no bytes';
    case 7:
      return reader.string().length > 0 ? 'string' : 'no string';
    case 8:
      hold(reader.length() <= 0x7fffffff, 'a length has 31 bits');
      return 'length';
    case 9:
      return `variant ${reader.variant((step >> 4) + 1, 'fuzz')}`;
    case 10:
      return reader.sequence((each) => each.u8()).length > 0 ? 'sequence' : 'empty';
    default:
      depth.now++;
      return reader.map(
        (each) => each.u8(),
        (each) => each.u8(),
      ).size > 0
        ? 'map'
        : 'no map';
  }
}
hold(typeof BcsReader === 'function' && typeof encode === 'function', 'the package is complete');

const ours = createHandshakeMsg({
  chainId: chainIdFromNumber(4),
  networkId: VALIDATOR_NETWORK,
  protocolIds: [0, 1, 5],
});

export const handshakeMsg = {
  name: 'handshake-msg',
  seeds: () => collect(vectors('wire', 'handshake_msg'), ['bcs_hex', 'local_bcs_hex', 'remote_bcs_hex']),
  run(bytes) {
    const message = decodeHandshakeMsg(bytes);
    const again = encodeHandshakeMsg(message);
    hold(again.length <= bytes.length + 8, 'what is written again is not longer than what was read');
    hold(
      sameBytes(encodeHandshakeMsg(decodeHandshakeMsg(again)), again),
      'what is written reads as what it was',
    );
    try {
      const { applicationProtocols } = negotiate(ours, message);
      return `negotiated ${applicationProtocols.toIds().join()}`;
    } catch (error) {
      if (!error.code?.startsWith('ERR_')) throw error;
      return error.code;
    }
  },
};

/** Remembers messages as text, payloads by length and sum. */
class Record {
  events = [];
  onDirectSend(protocolId, priority, payload) {
    this.events.push(`direct ${protocolId} ${priority} ${digest(payload)}`);
  }
  onRpcRequest(protocolId, requestId, priority, payload) {
    this.events.push(`request ${protocolId} ${requestId} ${priority} ${digest(payload)}`);
  }
  onRpcResponse(requestId, priority, payload) {
    this.events.push(`response ${requestId} ${priority} ${digest(payload)}`);
  }
  onError(error) {
    this.events.push(`error ${JSON.stringify(error)}`);
  }
  onUndecodable({ frameLength, prefix, reply }) {
    this.events.push(`undecodable ${frameLength} ${digest(prefix)} ${reply.message} ${reply.protocol}`);
  }
}

function digest(bytes) {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return `${bytes.length}:${sum}`;
}

const isKnownProtocol = (id) => id < 9 || id === 42 || id === 200;
const NETWORK_MESSAGES = ['bcs_hex', 'network_message_bcs_hex', 'reply_bcs_hex'];
const messageSeeds = () => [
  ...collect(vectors('wire', 'network_message'), NETWORK_MESSAGES, 600),
  ...collect(vectors('wire', 'error_code'), NETWORK_MESSAGES, 600),
  ...collect(vectors('health-checker', 'health_checker'), NETWORK_MESSAGES, 600),
];

/** The fast decoder of whole frames against its readable twin, and the twin against the encoder. */
export const networkMessage = {
  name: 'network-message',
  seeds: messageSeeds,
  run(bytes) {
    const record = new Record();
    const reader = new MessageReader(record, { isKnownProtocol });
    const frame = new Uint8Array(4 + bytes.length);
    new DataView(frame.buffer).setUint32(0, bytes.length);
    frame.set(bytes, 4);
    reader.push(frame, true);
    hold(record.events.length === 1, 'one frame, one event');
    const undecodable = record.events[0].startsWith('undecodable');
    let message;
    try {
      message = decodeNetworkMessage(bytes, { isKnownProtocol });
    } catch (error) {
      if (!error.code?.startsWith('ERR_')) throw error;
      if (error.code !== 'ERR_TOO_FEW_ARGUMENTS') hold(undecodable, `twins disagree: ${error.message}`);
      throw error;
    }
    hold(!undecodable, 'twins disagree: only one decodes');
    hold(sameBytes(encodeNetworkMessage(message), bytes), 'there is one way to write a message');
    if (message.type === 'Error') hold(decodeErrorCode(bytes.subarray(1)), 'the error decodes alone');
    return `${message.type} ${message.protocolId ?? ''} ${message.error?.code ?? ''}`;
  },
};

/** Any cut of a stream gives the same messages, and no more memory is held than was received. */
export const messageReader = {
  name: 'message-reader',
  seeds: () => {
    const frames = messageSeeds().map((bytes) => {
      const frame = new Uint8Array(4 + bytes.length);
      new DataView(frame.buffer).setUint32(0, bytes.length);
      frame.set(bytes, 4);
      return frame;
    });
    const three = frames.map((_, i) => Buffer.concat([0, 1, 2].map((k) => frames[(i + k) % frames.length])));
    return [...frames, ...three.map((each) => Uint8Array.from(each))];
  },
  run(bytes) {
    const options = { isKnownProtocol, maxFrameBytes: 64 * 1024 };
    const [whole, cut] = [new Record(), new Record()];
    const ends = [
      readAll(new MessageReader(whole, options), [Uint8Array.from(bytes)], true),
      readAll(new MessageReader(cut, options), cuts(bytes), false),
    ];
    hold(ends[0] === ends[1], `the cut changes the end: ${ends.join(' or ')}`);
    hold(whole.events.join('\n') === cut.events.join('\n'), 'the cut changes the messages');
    return `${ends[0]} ${whole.events.length} ${whole.events[0]?.slice(0, 8)}`;
  },
};

function readAll(reader, chunks, stable) {
  let received = 0;
  try {
    for (const chunk of chunks) {
      received += chunk.length;
      const own = stable ? chunk : Uint8Array.from(chunk);
      reader.push(own, stable);
      if (!stable) own.fill(0xaa);
      hold(reader.heldBytes <= received + 1024 + received, 'memory follows what was received');
    }
    return reader.end();
  } catch (error) {
    if (error.code === 'ERR_FRAME_TOO_LARGE') return error.code;
    throw error;
  }
}

export const healthCheckerMsg = {
  name: 'health-checker-msg',
  seeds: () => collect(vectors('health-checker', 'health_checker'), ['bcs_hex']),
  run(bytes) {
    const message = healthCheckerCodec.decode(bytes);
    hold(sameBytes(healthCheckerCodec.encode(message), bytes), 'there is one way to write a message');
    return message.type;
  },
};
