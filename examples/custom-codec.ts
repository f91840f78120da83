import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { createNetwork } from '@diemnet/builder';
import type { ProtocolCodec } from '@diemnet/network';

/** Text, compressed; with a limit on what a peer can make us unpack. Whatever it throws, the message is dropped. */
const MAX_TEXT_BYTES = 1_000_000;
const compressedText: ProtocolCodec<string> = {
  encode: (text) => new Uint8Array(deflateRawSync(text)),
  decode: (bytes) => inflateRawSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8'),
};

const TEXTS = 53;
const protocol = {
  id: TEXTS,
  name: 'texts',
  kinds: ['direct-send' as const],
  codec: {
    encode(text: string) {
      const bytes = compressedText.encode(text);
      console.log(
        `${text.length} characters became ${bytes.length < 1000 ? 'less' : 'more'} than 1000 bytes`,
      );
      return bytes;
    },
    decode: compressedText.decode,
  },
};
const common = {
  chainId: 'TESTING',
  listenAddress: '/ip4/127.0.0.1/tcp/0',
  applications: { texts: { protocols: [protocol] } },
};

const reader = await createNetwork<{ texts: string }>(common);
const received = new Promise<string>((resolve) =>
  reader.applications.texts.events.setHandler({ onMessage: (text) => resolve(text) }),
);
const writer = await createNetwork<{ texts: string }>({ ...common, seeds: [reader.listenAddress] });
for await (const event of writer.applications.texts.events) {
  if (event.type !== 'new-peer') continue;
  writer.applications.texts.sender.sendTo(reader.peerId, TEXTS, 'Diem '.repeat(20_000));
  break;
}
console.log(`received ${(await received).length} characters`);
await writer.stop();
await reader.stop();
