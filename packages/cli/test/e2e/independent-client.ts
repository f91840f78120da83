import crypto from 'node:crypto';
import net from 'node:net';

/**
 * A DiemNet dialer written apart from the packages, on node:crypto and node:net alone, straight from the wire
 * format: what it and a node agree on, two implementations agree on.
 */

const ZERO_NONCE = Buffer.alloc(12);
const EMPTY: Buffer = Buffer.alloc(0);
const TAG = 16;
const MAX_PLAINTEXT = 65519;

const sha256 = (...parts: Buffer[]) => {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function hkdf(salt: Buffer, ikm: Buffer): [Buffer, Buffer] {
  const out = Buffer.from(crypto.hkdfSync('sha256', ikm, salt, EMPTY, 64));
  return [out.subarray(0, 32), out.subarray(32)];
}

function seal(key: Buffer, nonce: Buffer, ad: Buffer, plaintext: Buffer): Buffer {
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(ad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, nonce: Buffer, ad: Buffer, sealed: Buffer): Buffer {
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(ad);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG)), decipher.final()]);
}

const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');

interface Pair {
  readonly secret: crypto.KeyObject;
  readonly raw: Buffer;
}

function pairFrom(secretBytes: Buffer): Pair {
  const secret = crypto.createPrivateKey({
    key: Buffer.concat([PKCS8, secretBytes]),
    format: 'der',
    type: 'pkcs8',
  });
  const raw = crypto.createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(12);
  return { secret, raw };
}

const dh = (pair: Pair, remote: Buffer) =>
  crypto.diffieHellman({
    privateKey: pair.secret,
    publicKey: crypto.createPublicKey({ key: Buffer.concat([SPKI, remote]), format: 'der', type: 'spki' }),
  });

export interface ClientOptions {
  readonly port: number;
  /** 64 hex digits. */
  readonly serverKey: string;
  /** @default a fresh one */
  readonly secret?: Buffer;
  /** 32 hex digits. @default derived from the key */
  readonly peerId?: string;
  readonly timestampMs?: number;
}

/** The connection, with every layer open to misuse. */
export class IndependentClient {
  readonly socket: net.Socket;
  #input: Buffer = EMPTY;
  #plain: Buffer = EMPTY;
  #ended = false;
  #wake: () => void = () => {};
  #sendKey: Buffer = EMPTY;
  #receiveKey: Buffer = EMPTY;
  #sent = 0n;
  #received = 0n;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#input = Buffer.concat([this.#input, chunk]);
      this.#wake();
    });
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  /** TCP only. */
  static async tcp(port: number): Promise<IndependentClient> {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new IndependentClient(socket);
  }

  /** TCP and Noise. */
  static async noise(options: ClientOptions): Promise<IndependentClient> {
    const client = await IndependentClient.tcp(options.port);
    const pair = pairFrom(options.secret ?? crypto.randomBytes(32));
    const ephemeral = pairFrom(crypto.randomBytes(32));
    const serverKey = Buffer.from(options.serverKey, 'hex');
    const prologue = Buffer.concat([
      options.peerId === undefined ? pair.raw.subarray(16) : Buffer.from(options.peerId, 'hex'),
      serverKey,
    ]);
    const name = Buffer.alloc(32);
    name.write('Noise_IK_25519_AESGCM_SHA256');
    let h = sha256(sha256(name, prologue), serverKey);
    h = sha256(h, ephemeral.raw);
    let [ck, k]: [Buffer, Buffer] = hkdf(name, dh(ephemeral, serverKey));
    const c1 = seal(k, ZERO_NONCE, h, pair.raw);
    h = sha256(h, c1);
    [ck, k] = hkdf(ck, dh(pair, serverKey));
    const timestamp = Buffer.alloc(8);
    timestamp.writeBigUInt64LE(BigInt(options.timestampMs ?? Date.now()));
    const c2 = seal(k, ZERO_NONCE, h, timestamp);
    h = sha256(h, c2);
    client.socket.write(Buffer.concat([prologue, ephemeral.raw, c1, c2]));
    const answer = await client.readRaw(48);
    const remote = answer.subarray(0, 32);
    h = sha256(h, remote);
    [ck] = hkdf(ck, dh(ephemeral, remote));
    [ck, k] = hkdf(ck, dh(pair, remote));
    open(k, ZERO_NONCE, h, answer.subarray(32));
    [client.#sendKey, client.#receiveKey] = hkdf(ck, EMPTY);
    return client;
  }

  /** TCP, Noise and the version handshake: V1 with protocols 0 to 6 as bits of one byte. */
  static async connect(
    options: ClientOptions & {
      readonly chainId: number;
      readonly network: Buffer;
      readonly protocols?: number;
    },
  ): Promise<IndependentClient> {
    const client = await IndependentClient.noise(options);
    const { chainId, network, protocols = 0xfe } = options;
    const message = Buffer.concat([Buffer.from([1, 0, 1, protocols, chainId]), network]);
    client.send(Buffer.concat([Buffer.from([0, message.length]), message]));
    const length = (await client.read(2)).readUInt16BE(0);
    await client.read(length);
    return client;
  }

  /** Sends plaintext in Noise frames. */
  send(plaintext: Buffer): void {
    for (let at = 0; at < plaintext.length || at === 0; at += MAX_PLAINTEXT) {
      const sealed = seal(
        this.#sendKey,
        nonce(this.#sent++),
        EMPTY,
        plaintext.subarray(at, at + MAX_PLAINTEXT),
      );
      const header = Buffer.alloc(2);
      header.writeUInt16BE(sealed.length);
      this.socket.write(Buffer.concat([header, sealed]));
    }
  }

  /** Sends one NetworkMessage. */
  sendMessage(hex: string): void {
    const message = Buffer.from(hex, 'hex');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    this.send(Buffer.concat([length, message]));
  }

  /** The next NetworkMessage in hex. */
  async readMessage(): Promise<string> {
    const length = (await this.read(4)).readUInt32BE(0);
    return (await this.read(length)).toString('hex');
  }

  /** Exactly `length` bytes of plaintext. */
  async read(length: number): Promise<Buffer> {
    while (this.#plain.length < length) {
      const size = (await this.readRaw(2)).readUInt16BE(0);
      const plaintext = open(this.#receiveKey, nonce(this.#received++), EMPTY, await this.readRaw(size));
      this.#plain = Buffer.concat([this.#plain, plaintext]);
    }
    const taken = this.#plain.subarray(0, length);
    this.#plain = this.#plain.subarray(length);
    return taken;
  }

  /** Exactly `length` bytes from the socket. */
  async readRaw(length: number): Promise<Buffer> {
    while (this.#input.length < length) {
      if (this.#ended) throw new Error(`the node closed after ${this.#input.length} of ${length} bytes`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const taken = this.#input.subarray(0, length);
    this.#input = this.#input.subarray(length);
    return taken;
  }

  /** Everything the node sends until it closes. */
  async readRawToEnd(): Promise<Buffer> {
    while (!this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#input;
  }

  close(): void {
    this.socket.destroy();
  }
}

function nonce(counter: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(counter, 4);
  return bytes;
}
