import { createNetwork, type CreateNetworkOptions } from '@diemnet/builder';
import { bcsCodec, type ProtocolDefinition } from '@diemnet/network';

// A key-value store: requests and answers of one protocol, in BCS.
type StoreMessage =
  | { readonly type: 'get'; readonly key: string }
  | { readonly type: 'value'; readonly value: string }
  | { readonly type: 'unknown-key' };
const TYPES = ['get', 'value', 'unknown-key'] as const;

const STORE = 50;
const storeProtocol: ProtocolDefinition<StoreMessage> = {
  id: STORE,
  name: 'store',
  kinds: ['rpc'],
  codec: bcsCodec<StoreMessage>(
    (reader) => {
      const type = TYPES[reader.variant(TYPES.length, 'StoreMessage')];
      if (type === 'get') return { type, key: reader.string() };
      return type === 'value' ? { type, value: reader.string() } : { type: 'unknown-key' };
    },
    (message, writer) => {
      writer.variant(TYPES.indexOf(message.type));
      if (message.type === 'get') writer.string(message.key);
      if (message.type === 'value') writer.string(message.value);
    },
  ),
};

const common: CreateNetworkOptions<{ store: StoreMessage }> = {
  chainId: 'TESTING',
  listenAddress: '/ip4/127.0.0.1/tcp/0',
  applications: { store: { protocols: [storeProtocol] } },
};

// The service.
const values = new Map([['colour', 'green']]);
const service = await createNetwork<{ store: StoreMessage }>(common);
service.applications.store.events.setHandler({
  onRpc(request, responder) {
    const value = request.type === 'get' ? values.get(request.key) : undefined;
    responder.respond(value === undefined ? { type: 'unknown-key' } : { type: 'value', value });
  },
});

// A client of it, over TCP.
const client = await createNetwork<{ store: StoreMessage }>({ ...common, seeds: [service.listenAddress] });
const { sender, events } = client.applications.store;
for await (const event of events) {
  if (event.type !== 'new-peer') continue;
  for (const key of ['colour', 'taste']) {
    const answer = await sender.sendRpc(service.peerId, STORE, { type: 'get', key }, { timeoutMs: 5000 });
    console.log(`${key}: ${answer.type === 'value' ? answer.value : answer.type}`);
  }
  break;
}
await client.stop();
await service.stop();
