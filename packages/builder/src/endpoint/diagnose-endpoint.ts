import { generateKeyPair } from '@diemnet/noise';
import { systemRng } from '@diemnet/types';
import { checkEndpoint, type CheckEndpointOptions, type EndpointCheck } from './check-endpoint.js';
import {
  explainEndpointCheck,
  isAmbiguous,
  type EndpointVerdict,
  type StrangerProbe,
} from './endpoint-verdict.js';

/** A check and its verdict. */
export interface EndpointDiagnosis extends EndpointVerdict {
  readonly check: EndpointCheck;
}

/**
 * Checks an endpoint and explains what came of it. If the listener refuses our key, a second attempt under a key that
 * nobody knows finds out whether it has the key that the address says, as far as that can be seen from outside.
 * @throws as {@link checkEndpoint}
 */
export async function diagnoseEndpoint(options: CheckEndpointOptions): Promise<EndpointDiagnosis> {
  const check = await checkEndpoint(options);
  const { networkId, rng = systemRng } = options;
  let stranger: StrangerProbe;
  if (isAmbiguous(check)) {
    const { privateKey } = generateKeyPair({ rng });
    stranger = probeOf(await checkEndpoint({ ...options, privateKey }));
    privateKey.dispose();
  }
  return { ...explainEndpointCheck(check, { networkId, stranger }), check };
}

/** Who gets beyond Noise was admitted, whatever came of it afterwards. */
function probeOf(check: EndpointCheck): StrangerProbe {
  if (check.outcome === 'connected') return 'admitted';
  if (check.outcome === 'refused') return undefined;
  if (check.stage === 'handshake' || check.stage === 'negotiate') return 'admitted';
  return isAmbiguous(check) ? 'refused' : undefined;
}
