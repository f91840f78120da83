import * as transport from '../src/index.js';

it('exports these values and no others', () => {
  expect(Object.keys(transport).sort()).toMatchInlineSnapshot(`
   [
     "DEFAULT_TRANSPORT_OPTIONS",
     "DiemNetTransport",
     "TransportError",
     "UpgradeError",
     "checkEndpoint",
     "checkRefusal",
     "connectionLogFields",
     "connectionLogFieldsWithAddress",
     "displayConnectionMetadata",
     "exchangeHandshake",
     "inferLikelyCause",
     "resolveTransportOptions",
   ]
  `);
});
