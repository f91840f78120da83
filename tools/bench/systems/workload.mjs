import { checkPayload, PayloadCheck, Payloads } from '../harness/payloads.mjs';
import { closedLoop } from '../harness/loops.mjs';

export const SMALL_BYTES = 100;
export const LARGE_BYTES = 1 << 20;
/** Connections made in one measurement at most: ports that were used wait a minute before they are free again. */
const MAX_CONNECTIONS = 4000;

/** What a server expects to receive in a one-way measurement. */
export function checkFor(metric) {
  return metric === 'messages' ? new PayloadCheck(SMALL_BYTES) : new PayloadCheck(LARGE_BYTES);
}

/** Requests that are answered with their own payload: the client's half of all RPC measurements. */
export function echoMetrics(open) {
  const run = async ({ size, width, ms }) => {
    const { call, close } = await open(size);
    const payloads = new Payloads(size);
    let calls = 0;
    const checkedCall = async () => {
      const payload = payloads.next();
      const number = Buffer.from(payload.buffer, payload.byteOffset, 4).readUInt32BE(0);
      checkPayload(await call(payload), size, number, calls++ % 64 === 0);
    };
    await checkedCall();
    const result = await closedLoop(checkedCall, { width, ms });
    await close?.();
    return result;
  };
  return {
    rpc1: (ms) => run({ size: SMALL_BYTES, width: 1, ms }),
    rpc64: (ms) => run({ size: SMALL_BYTES, width: 64, ms }),
    rpcLarge: (ms) => run({ size: LARGE_BYTES, width: 1, ms }),
  };
}

/** Connections made and closed: `cycle(loop)` does one, in one of eight loops. */
export function connectionMetric(cycle) {
  return { connections: (ms) => closedLoop(cycle, { width: 8, ms, limit: MAX_CONNECTIONS }) };
}
