import * as api from '../src/index.js';

it('exports these names', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
   [
     "DEFAULT_FILE_DISCOVERY_OPTIONS",
     "DEFAULT_ON_CHAIN_DISCOVERY_OPTIONS",
     "DEFAULT_POLL_OPTIONS",
     "DiscoveryError",
     "FileDiscovery",
     "OnChainDiscovery",
     "decodeValidatorSet",
     "encodeValidatorSet",
     "formatPeerSetYaml",
     "nodeFileSystem",
     "parsePeerSetYaml",
     "pollFile",
     "pollHttp",
     "resolveFileDiscoveryOptions",
     "resolveOnChainDiscoveryOptions",
     "resolvePollOptions",
   ]
  `);
});
