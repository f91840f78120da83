import { createMemorySocketPair } from '@diemnet/memsocket';
import { hexToBytes, SocketReader } from '@diemnet/types';
import { IpNetworks, readProxyHeader } from '../src/index.js';
import { faultySocket } from '../src/testing/index.js';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const TCP4 = `${SIGNATURE}2111000cc0000201c6336402dc041824`;

function readerOf(hex: string, { ends = false } = {}): SocketReader {
  const [a, b] = createMemorySocketPair();
  a.write(hexToBytes(hex));
  if (ends) a.end();
  return new SocketReader(faultySocket(b, { chunkSize: 1, reuseChunks: true }));
}

describe('readProxyHeader', () => {
  it('consumes the header and not a byte more', async () => {
    const reader = readerOf(`${TCP4}0102`);
    const source = await readProxyHeader(reader);
    expect(source).toEqual({ address: '/ip4/192.0.2.1/tcp/56324', ip: '192.0.2.1' });
    expect(await reader.readExactly(2)).toEqual(Uint8Array.of(1, 2));
  });

  it('consumes a header that has no addresses', async () => {
    const reader = readerOf(`${SIGNATURE}2000000009`);
    expect(await readProxyHeader(reader)).toBeUndefined();
    expect(await reader.readExactly(1)).toEqual(Uint8Array.of(9));
  });

  it('fails when the stream ends at any point inside the header [C-055]', async () => {
    for (let digits = 0; digits < TCP4.length; digits += 2) {
      const reader = readerOf(TCP4.slice(0, digits), { ends: true });
      await expect(readProxyHeader(reader)).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_EOF' });
    }
  });

  it('refuses a length above the limit before the rest arrives [D-42]', async () => {
    const reader = readerOf(`${SIGNATURE}2100ffff`);
    await expect(readProxyHeader(reader)).rejects.toMatchObject({ code: 'ERR_PROXY_HEADER_TOO_LONG' });
    await expect(readProxyHeader(readerOf(TCP4), { maxHeaderBytes: 11 })).rejects.toMatchObject({
      code: 'ERR_PROXY_HEADER_TOO_LONG',
    });
  });

  it('believes trusted proxies only, if there is a list [D-42]', async () => {
    const trustedProxies = new IpNetworks(['10.0.0.0/8', '2001:db8::1']);
    for (const remoteIp of ['10.1.2.3', '2001:db8::1']) {
      expect(await readProxyHeader(readerOf(TCP4), { remoteIp, trustedProxies })).toBeDefined();
    }
    for (const remoteIp of ['11.0.0.1', '2001:db8::2', undefined]) {
      const reader = readerOf(TCP4);
      await expect(readProxyHeader(reader, { remoteIp, trustedProxies })).rejects.toMatchObject({
        code: 'ERR_PROXY_NOT_TRUSTED',
      });
      expect(await reader.readExactly(1)).toEqual(Uint8Array.of(0x0d));
    }
  });

  it('stops when its signal aborts', async () => {
    const controller = new AbortController();
    const read = readProxyHeader(readerOf(SIGNATURE), { signal: controller.signal });
    controller.abort(new RangeError('enough'));
    await expect(read).rejects.toThrow('enough');
  });
});
