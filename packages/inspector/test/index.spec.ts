import * as inspector from '../src/index.js';

it('exports these values and no others', () => {
  expect(Object.keys(inspector).sort()).toMatchInlineSnapshot(`
   [
     "DEFAULT_ADMIN_SERVER_LIMITS",
     "DEFAULT_NODE_INSPECTOR_OPTIONS",
     "DEFAULT_RECORDER_OPTIONS",
     "EVENT_KINDS",
     "InspectionRecorder",
     "InspectorError",
     "NodeInspector",
     "RECORDING_FORMAT",
     "RECORDING_VERSION",
     "checkRecording",
     "getJson",
     "isLoopback",
     "isTrouble",
     "labelledMetrics",
     "promMetrics",
     "readRecording",
     "remoteInspector",
     "startAdminServer",
   ]
  `);
});
