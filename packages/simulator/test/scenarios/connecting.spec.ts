import { interleavings } from '../../src/scenarios/simultaneous-dials.js';
import { LARGE, runNamed } from './run-all.js';

jest.setTimeout(LARGE ? 3_600_000 : 120_000);

it('leaves one connection in every interleaving of simultaneous dials', async () => {
  expect([...interleavings(6, 6)]).toHaveLength(924);
  await runNamed('simultaneous-dials');
});

it('loses nothing that was accepted when two busy nodes dial each other at once [D-06]', async () => {
  await runNamed('dials-under-load');
});

it('heals a partition of 10 validators within the backoff cap and an interval', async () => {
  await runNamed('partition-and-heal');
});

it('heals a partition in which only one way is lost', async () => {
  await runNamed('one-way-partition');
});

it('replaces keys under load, one validator after the other [D-19]', async () => {
  await runNamed('key-rotation');
});

it('survives ten minutes of partitions, crashes, pauses, clock steps and slow links', async () => {
  await runNamed('churn');
});

(LARGE ? it : it.skip)(
  'heals a partition of 100 validators within the backoff cap and an interval',
  async () => {
    await runNamed('partition-and-heal', 100);
  },
);
