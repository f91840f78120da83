// The steps of the hot path, each alone. Also what the guard compares between commits.
import { BcsReader, BcsWriter } from '@diemnet/bcs';
import { KeyedChannel } from '@diemnet/channel';
import { IkInitiator, IkResponder, NoiseSession, defaultBackend, portableBackend } from '@diemnet/noise';
import { DeadlineWheel } from '@diemnet/peer';
import { systemRng, systemTime } from '@diemnet/types';
import { MessageReader, directSendBytes, writeDirectSendHeader } from '@diemnet/wire';

const FULL_FRAME_BYTES = 65_519;

/** Benchmarks by name; each is a function that does `count` operations. */
export function hotPath() {
  return {
    'bcs: write and read a struct': bcsStruct(),
    'wire: header of a DirectSend': wireHeader(),
    'wire: read 100 B messages': readMessages(100),
    'wire: read 64 KiB messages': readMessages(65_536),
    'noise: seal and open 100 B': sealAndOpen(defaultBackend(), 100),
    'noise: seal and open 4 KiB': sealAndOpen(defaultBackend(), 4096),
    'noise: seal and open a full frame': sealAndOpen(defaultBackend(), FULL_FRAME_BYTES),
    'channel: push and pop': channelPushPop(),
    'peer: add and remove a deadline': deadline(),
  };
}

/** Too slow or too noisy for the guard. */
export function slowPath() {
  return {
    'noise: handshake, both sides': handshake(defaultBackend()),
    'noise, portable: handshake, both sides': handshake(portableBackend),
    'noise, portable: seal and open 100 B': sealAndOpen(portableBackend, 100),
    'noise, portable: seal and open a full frame': sealAndOpen(portableBackend, FULL_FRAME_BYTES),
  };
}

function bcsStruct() {
  const bytes = new Uint8Array(32);
  return (count) => {
    for (let i = 0; i < count; i++) {
      const writer = new BcsWriter();
      writer.u32(i);
      writer.u8(3);
      writer.bytes(bytes);
      const reader = new BcsReader(writer.finish());
      reader.u32();
      reader.u8();
      reader.bytes();
      reader.finish();
    }
  };
}

function wireHeader() {
  const target = new Uint8Array(64);
  return (count) => {
    for (let i = 0; i < count; i++) writeDirectSendHeader(target, 0, 2, 0, 100 + (i & 63));
  };
}

function readMessages(payloadBytes) {
  const frame = new Uint8Array(4 + directSendBytes(2, payloadBytes));
  writeDirectSendHeader(frame, 0, 2, 0, payloadBytes);
  const perChunk = Math.max(1, Math.floor(65_519 / frame.length));
  const chunk = new Uint8Array(perChunk * frame.length);
  for (let i = 0; i < perChunk; i++) chunk.set(frame, i * frame.length);
  let seen = 0;
  const sink = { onDirectSend: () => seen++ };
  return (count) => {
    const reader = new MessageReader(sink);
    for (let left = count; left > 0; left -= perChunk) {
      // In two pieces, as a stream brings them.
      const cut = chunk.length >> 1;
      reader.push(chunk.subarray(0, cut), true);
      reader.push(chunk.subarray(cut), true);
    }
  };
}

function sealAndOpen(backend, bytes) {
  const sessionWith = (send, receive) =>
    new NoiseSession({
      backend,
      sendKey: new Uint8Array(32).fill(send),
      receiveKey: new Uint8Array(32).fill(receive),
    });
  const [one, other] = [sessionWith(1, 2), sessionWith(2, 1)];
  const plaintext = new Uint8Array(bytes).fill(7);
  return (count) => {
    for (let i = 0; i < count; i++) other.decrypt(one.encrypt(plaintext));
  };
}

function channelPushPop() {
  const channel = new KeyedChannel({ style: 'fifo', capacity: 64 });
  const keys = ['a', 'b', 'c', 'd'];
  return (count) => {
    for (let i = 0; i < count; i++) {
      channel.push(keys[i & 3], i);
      channel.pop();
    }
  };
}

function deadline() {
  const wheel = new DeadlineWheel(systemTime);
  const target = { onDeadline() {} };
  return (count) => {
    // Something else waits too, as on a busy connection.
    const other = wheel.add(1000, target);
    for (let i = 0; i < count; i++) wheel.remove(wheel.add(10_000 + (i & 1023), target));
    wheel.remove(other);
  };
}

function handshake(backend) {
  const [ours, theirs] = [backend.generateKeyPair(systemRng), backend.generateKeyPair(systemRng)];
  const shared = { backend, rng: systemRng, prologue: new Uint8Array(48) };
  const remoteStaticKey = backend.importPublicKey(theirs.publicKey);
  const timestamp = new Uint8Array(8);
  return (count) => {
    for (let i = 0; i < count; i++) {
      const initiator = new IkInitiator({ ...shared, staticKeys: ours, remoteStaticKey });
      const responder = new IkResponder({ ...shared, staticKeys: theirs });
      responder.readMessage1(initiator.writeMessage1(timestamp));
      initiator.readMessage2(responder.writeMessage2(new Uint8Array(0)));
      initiator.split();
      responder.split();
    }
  };
}
