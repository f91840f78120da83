import { DiemNetError } from '@diemnet/types';
import { inferLikelyCause, type LikelyCause } from '../src/likely-cause.js';

const eof = new DiemNetError('ERR_NOISE_CLIENT_READ_FAILED', 'no answer', {
  cause: new DiemNetError('ERR_UNEXPECTED_EOF', 'the stream ended'),
});
const cutShort = new DiemNetError('ERR_NOISE_CLIENT_READ_FAILED', 'half an answer', {
  cause: new DiemNetError('ERR_UNEXPECTED_EOF', 'the stream ended'),
  details: { receivedBytes: 47 },
});
const garbage = new DiemNetError('ERR_INVALID_HANDSHAKE_MSG', 'no handshake');
const coded = (code: string) => new DiemNetError(code, code);

describe('inferLikelyCause', () => {
  const readings: [Parameters<typeof inferLikelyCause>[0], LikelyCause][] = [
    [
      { origin: 'outbound', stage: 'connect', kind: 'error', cause: coded('ERR_CONNECTION_REFUSED') },
      'unreachable',
    ],
    [{ origin: 'outbound', stage: 'connect', kind: 'timeout', cause: coded('ERR_ELAPSED') }, 'unreachable'],
    [{ origin: 'outbound', stage: 'noise', kind: 'timeout', cause: coded('ERR_ELAPSED') }, 'no-answer'],
    [{ origin: 'outbound', stage: 'noise', kind: 'error', cause: eof }, 'refused-by-noise'],
    [{ origin: 'outbound', stage: 'noise', kind: 'error', cause: cutShort }, 'not-diemnet'],
    [
      { origin: 'outbound', stage: 'noise', kind: 'error', cause: coded('ERR_NOISE_CLIENT_FINALIZE_FAILED') },
      'not-diemnet',
    ],
    [{ origin: 'outbound', stage: 'handshake', kind: 'error', cause: eof }, 'refused-after-noise'],
    [{ origin: 'outbound', stage: 'handshake', kind: 'error', cause: garbage }, 'not-diemnet'],
    [
      { origin: 'outbound', stage: 'negotiate', kind: 'error', cause: coded('ERR_INVALID_CHAIN_ID') },
      'different-chain',
    ],
    [
      { origin: 'inbound', stage: 'negotiate', kind: 'error', cause: coded('ERR_INVALID_NETWORK_ID') },
      'different-network',
    ],
    [
      { origin: 'inbound', stage: 'negotiate', kind: 'error', cause: coded('ERR_NO_COMMON_PROTOCOLS') },
      'no-common-version',
    ],
    [{ origin: 'inbound', stage: 'negotiate', kind: 'error', cause: undefined }, 'unknown'],
    [
      { origin: 'inbound', stage: 'proxy', kind: 'error', cause: coded('ERR_PROXY_HEADER_SIGNATURE') },
      'missing-proxy-header',
    ],
    [{ origin: 'inbound', stage: 'proxy', kind: 'error', cause: eof }, 'dialer-left'],
    [
      { origin: 'inbound', stage: 'noise', kind: 'error', cause: coded('ERR_NOISE_UNAUTHENTICATED_CLIENT') },
      'untrusted-or-invalid-peer',
    ],
    [{ origin: 'inbound', stage: 'handshake', kind: 'error', cause: garbage }, 'not-diemnet'],
    [{ origin: 'inbound', stage: 'admission', kind: 'shed', cause: undefined }, 'our-limits'],
    [{ origin: 'inbound', stage: 'noise', kind: 'shed', cause: undefined }, 'our-limits'],
    [{ origin: 'outbound', stage: 'noise', kind: 'aborted', cause: undefined }, 'we-gave-up'],
  ];
  const titled = readings.map(([facts, expected]) => {
    const { origin, stage, kind, cause } = facts;
    const why = cause instanceof Error ? cause.message : 'no cause';
    return [`${origin}, ${stage}, ${kind}, ${why}`, expected, facts] as const;
  });
  it.each(titled)('reads "%s" as %s [D-47]', (_, expected, facts) => {
    expect(inferLikelyCause(facts)).toBe(expected);
  });

  it('does not follow a chain of causes for ever', () => {
    const looping = coded('ERR_X');
    Object.assign(looping, { cause: looping });
    expect(inferLikelyCause({ origin: 'outbound', stage: 'noise', kind: 'error', cause: looping })).toBe(
      'not-diemnet',
    );
  });
});
