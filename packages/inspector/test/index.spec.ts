import * as inspector from '../src/index.js';

it('exports these values and no others', () => {
  expect(Object.keys(inspector).sort()).toMatchInlineSnapshot(`
   [
     "DEFAULT_ADMIN_SERVER_LIMITS",
     "DEFAULT_NODE_INSPECTOR_OPTIONS",
     "EVENT_KINDS",
     "InspectorError",
     "NodeInspector",
     "getJson",
     "isTrouble",
     "promMetrics",
     "remoteInspector",
     "startAdminServer",
   ]
  `);
});
