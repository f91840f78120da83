import { createNetwork } from '@diemnet/builder';
import { jsonCodec, type ProtocolDefinition } from '@diemnet/network';

interface Note {
  readonly text: string;
}

// A protocol of our own: ids 7 to 255 are free. Both nodes must know it, or it is never used.
const NOTES = 42;
const protocol: ProtocolDefinition<Note> = {
  id: NOTES,
  name: 'notes',
  kinds: ['direct-send', 'rpc'],
  codec: jsonCodec<Note>(),
};
const common = {
  chainId: 'TESTING',
  listenAddress: '/ip4/127.0.0.1/tcp/0',
  applications: { notes: { protocols: [protocol] } },
};

const alice = await createNetwork<{ notes: Note }>(common);
alice.applications.notes.events.setHandler({
  onMessage: (note) => console.log('alice received:', note.text),
  onRpc: (note, responder) => responder.respond({ text: `${note.text} to you too` }),
});

const bob = await createNetwork<{ notes: Note }>({ ...common, seeds: [alice.listenAddress] });
const { sender, events } = bob.applications.notes;
for await (const event of events) {
  if (event.type !== 'new-peer') continue;
  const peer = event.metadata.remotePeerId;
  sender.sendTo(peer, NOTES, { text: 'hello' });
  const answer = await sender.sendRpc(peer, NOTES, { text: 'good morning' }, { timeoutMs: 5000 });
  console.log('bob received:', answer.text);
  break;
}
await bob.stop();
await alice.stop();
