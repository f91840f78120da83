import * as peerManager from '../src/index.js';
import * as testing from '../src/testing/index.js';

it('exports these values and no others', () => {
  expect(Object.keys(peerManager).sort()).toMatchInlineSnapshot(`
   [
     "DEFAULT_PEER_MANAGER_OPTIONS",
     "DEFAULT_UNKNOWN_PEER_OPTIONS",
     "PeerManager",
     "PeerManagerError",
     "breakTie",
     "decideAdmission",
     "resolvePeerManagerOptions",
   ]
  `);
  expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
   [
     "FakeConnection",
     "FakeSocket",
     "FakeTransport",
     "PeerManagerNodes",
     "fakePeerId",
     "recordEvents",
   ]
  `);
});
