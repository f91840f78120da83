import { UpgradeError } from '@diemnet/transport';
import { DiemNetError } from '@diemnet/types';
import { dialFailure } from '../src/dial-failure.js';
import { Harness, address, peer, validators } from './harness.js';

it('finds stage, reason and likely cause of the upgrade among the causes', () => {
  const upgrade = new UpgradeError('ERR_UPGRADE_FAILED', 'failed at noise', {
    cause: new DiemNetError('ERR_CLOSED', 'closed'),
    details: {
      stage: 'noise',
      origin: 'outbound',
      remoteAddress: address(1),
      proxiedAddress: undefined,
      remotePeerId: peer(1),
      likelyCause: 'refused-by-noise',
      elapsedMs: 3,
    },
  });
  const error = new DiemNetError('ERR_DIAL_FAILED', 'dialing failed', { cause: upgrade });
  expect(dialFailure(error, address(1), 7)).toEqual({
    code: 'ERR_DIAL_FAILED',
    address: address(1),
    unixTimeMs: 7,
    message: 'ERR_DIAL_FAILED: dialing failed',
    stage: 'noise',
    reason: 'ERR_CLOSED',
    likelyCause: 'refused-by-noise',
  });
});

it('tells nothing but the code of an error that is not ours', () => {
  const failure = dialFailure(new TypeError('secret'), address(1), 0);
  expect(JSON.stringify(failure)).not.toContain('secret');
  expect(failure.stage).toBeUndefined();
});

it('tells observers how dials end, until they leave, whatever they throw', async () => {
  const harness = new Harness();
  harness.update(validators(1));
  const heard: string[] = [];
  harness.manager.onDial(() => {
    throw new TypeError('a faulty observer');
  });
  const leave = harness.manager.onDial(({ peerId, result, failure }) =>
    heard.push(`${peerId === peer(1)} ${result} ${failure?.code}`),
  );
  await harness.start();
  harness.expectDial(peer(1)).fail();
  await harness.advance(0);
  expect(heard).toEqual(['true failed ERR_DIAL_FAILED']);
  leave();
  await harness.advance(10_000);
  harness.expectDial(peer(1)).fail();
  await harness.advance(0);
  expect(heard).toHaveLength(1);
});
