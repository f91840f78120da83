import { DiemNetError } from '@diemnet/types';
import { jsonCodec } from '../src/index.js';
import { connection, peer, setUp } from './fake-peer-manager.js';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function create() {
  return setUp<unknown>({
    name: 'test',
    protocols: [
      { id: 2, codec: jsonCodec() },
      { id: 0, codec: jsonCodec() },
      { id: 8, name: 'Urgent', kinds: ['direct-send', 'rpc'], codec: jsonCodec(), priority: 200 },
    ],
  });
}

describe('NetworkSender', () => {
  it('encodes and hands over, and tells whether there is room for more', () => {
    const { sender, peerManager } = create();
    expect(sender.sendTo(peer(1), 2, 'hi')).toBe(true);
    expect(peerManager.sendDirectSend).toHaveBeenCalledWith(peer(1), 2, bytes('hi'), {});
    peerManager.sendDirectSend.mockReturnValue(false);
    expect(sender.sendTo(peer(1), 2, 'hi')).toBe(false);
  });

  it('says at once and distinctly why a message is not accepted [D-08]', () => {
    const { sender, peerManager } = create();
    for (const code of ['ERR_NOT_CONNECTED', 'ERR_QUEUE_FULL']) {
      peerManager.sendDirectSend.mockImplementationOnce(() => {
        throw new DiemNetError(code, 'no');
      });
      expect(() => sender.sendTo(peer(1), 2, 'hi')).toThrow(expect.objectContaining({ code }));
    }
  });

  it('uses the priority of the protocol unless the call has one', async () => {
    const { sender, peerManager } = create();
    sender.sendTo(peer(1), 8, 1);
    sender.sendTo(peer(1), 8, 1, { priority: 3 });
    expect(peerManager.sendDirectSend.mock.calls.map((call) => call[3])).toEqual([
      { priority: 200 },
      { priority: 3 },
    ]);
    peerManager.sendRpc.mockResolvedValue(bytes('yes'));
    await sender.sendRpc(peer(1), 8, 1, { timeoutMs: 5 });
    await sender.sendRpc(peer(1), 8, 1, { timeoutMs: 5, priority: 3 });
    expect(peerManager.sendRpc.mock.calls.map((call) => call[3])).toEqual([
      { priority: 200, timeoutMs: 5 },
      { priority: 3, timeoutMs: 5 },
    ]);
  });

  it('sends one payload to many, past those that cannot take it', () => {
    const { sender, peerManager } = create();
    peerManager.sendDirectSend.mockImplementation((peerId) => {
      if (peerId === peer(2)) throw new DiemNetError('ERR_NOT_CONNECTED', 'no');
      return true;
    });
    const { sent, failed } = sender.sendToMany([peer(1), peer(2), peer(3)], 2, 'all');
    expect(sent).toEqual([peer(1), peer(3)]);
    expect([...failed]).toEqual([[peer(2), expect.objectContaining({ code: 'ERR_NOT_CONNECTED' })]]);
    const payloads = new Set(peerManager.sendDirectSend.mock.calls.map((call) => call[2]));
    expect(payloads.size).toBe(1);
  });

  it('decodes the response of an RPC', async () => {
    const { sender, peerManager } = create();
    peerManager.sendRpc.mockResolvedValue(bytes({ answer: 42 }));
    expect(await sender.sendRpc(peer(1), 0, 'question', { timeoutMs: 10 })).toEqual({ answer: 42 });
    expect(peerManager.sendRpc).toHaveBeenCalledWith(peer(1), 0, bytes('question'), { timeoutMs: 10 });
  });

  it('rejects with a decoding error when the response does not decode, without quoting it [C-249]', async () => {
    const { sender, peerManager } = create();
    peerManager.sendRpc.mockResolvedValue(new TextEncoder().encode('secret'));
    const error = await sender.sendRpc(peer(1), 0, 1, { timeoutMs: 10 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_DECODE_FAILED', details: { protocolId: 0 } });
    expect((error as Error).message).not.toContain('secret');
  });

  it('passes the errors of an RPC through', async () => {
    const { sender, peerManager } = create();
    peerManager.sendRpc.mockRejectedValue(new DiemNetError('ERR_RPC_TIMED_OUT', 'late'));
    await expect(sender.sendRpc(peer(1), 0, 1, { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'ERR_RPC_TIMED_OUT',
    });
  });

  it('refuses what cannot be encoded before anything is sent', async () => {
    const { sender, peerManager } = create();
    const encodeFailed = expect.objectContaining({ code: 'ERR_ENCODE_FAILED' });
    expect(() => sender.sendTo(peer(1), 2, undefined)).toThrow(encodeFailed);
    expect(() => sender.sendToMany([peer(1)], 2, 1n)).toThrow(encodeFailed);
    await expect(sender.sendRpc(peer(1), 0, undefined, { timeoutMs: 1 })).rejects.toEqual(encodeFailed);
    expect(peerManager.sendDirectSend).not.toHaveBeenCalled();
    expect(peerManager.sendRpc).not.toHaveBeenCalled();
  });

  it('refuses protocols of others and the wrong kind', async () => {
    const { sender } = create();
    expect(() => sender.sendTo(peer(1), 3, 1)).toThrow(
      expect.objectContaining({ code: 'ERR_UNKNOWN_PROTOCOL' }),
    );
    expect(() => sender.sendTo(peer(1), 0, 1)).toThrow(
      expect.objectContaining({ code: 'ERR_PROTOCOL_KIND' }),
    );
    await expect(sender.sendRpc(peer(1), 2, 1, { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'ERR_PROTOCOL_KIND',
    });
  });

  it('passes dialing, disconnecting, waiting and looking on', async () => {
    const { sender, peerManager } = create();
    const metadata = connection(peer(1));
    peerManager.dial.mockResolvedValue(metadata);
    const { signal } = new AbortController();
    expect(await sender.dialPeer(peer(1), '/memory/1' as never, { signal })).toBe(metadata);
    expect(peerManager.dial).toHaveBeenCalledWith(peer(1), '/memory/1', { signal });
    await sender.disconnectPeer(peer(1), 'misbehaviour');
    expect(peerManager.disconnect).toHaveBeenCalledWith(peer(1), 'misbehaviour', undefined);
    await sender.ready(peer(1), 2, { signal });
    expect(peerManager.ready).toHaveBeenCalledWith(peer(1), 2, { signal });
    peerManager.connections.mockReturnValue([metadata][Symbol.iterator]() as never);
    expect(sender.connectedPeers()).toEqual([metadata]);
    peerManager.connection.mockReturnValue(metadata);
    expect(sender.connection(peer(1))).toBe(metadata);
  });

  it('picks the protocol that the application prefers among those that the peer speaks [D-35]', () => {
    const { sender, peerManager } = setUp<unknown>({
      name: 'consensus',
      protocols: [1, 6].map((id) => ({ id, codec: jsonCodec() })),
    });
    const speaks = (ids: number[]) => peerManager.connection.mockReturnValue(connection(peer(1), 0, ids));
    expect(sender.preferredProtocol(peer(1), 'direct-send')).toBeUndefined();
    speaks([6, 1]);
    expect(sender.preferredProtocol(peer(1), 'direct-send')).toBe(1);
    speaks([6]);
    expect(sender.preferredProtocol(peer(1), 'direct-send')).toBe(6);
    expect(sender.preferredProtocol(peer(1), 'rpc')).toBeUndefined();
  });
});
