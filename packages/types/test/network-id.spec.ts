import fc from 'fast-check';
import {
  PUBLIC_NETWORK,
  VALIDATOR_NETWORK,
  VFN_NETWORK,
  compareNetworkIds,
  networkIdEquals,
  networkIdFromLabel,
  networkIdFromYaml,
  networkIdToYaml,
  networkLabel,
  privateNetwork,
} from '../src/index.js';
import { codeOf } from './code-of.js';

const anyNetwork = fc.oneof(
  fc.constantFrom(VALIDATOR_NETWORK, PUBLIC_NETWORK, VFN_NETWORK),
  fc.string().map(privateNetwork),
);

it('orders validator before vfn before public [C-470]', () => {
  const sorted = [PUBLIC_NETWORK, VFN_NETWORK, VALIDATOR_NETWORK].sort(compareNetworkIds);
  expect(sorted).toEqual([VALIDATOR_NETWORK, VFN_NETWORK, PUBLIC_NETWORK]);
});

it('puts other private networks between vfn and public, by name [D-28]', () => {
  const [a, b] = [privateNetwork('a'), privateNetwork('b')];
  const sorted = [PUBLIC_NETWORK, b, a, VFN_NETWORK].sort(compareNetworkIds);
  expect(sorted).toEqual([VFN_NETWORK, a, b, PUBLIC_NETWORK]);
});

it('is a total order [D-28]', () => {
  fc.assert(
    fc.property(anyNetwork, anyNetwork, anyNetwork, (a, b, c) => {
      expect(Math.sign(compareNetworkIds(a, b)) + Math.sign(compareNetworkIds(b, a))).toBe(0);
      expect(compareNetworkIds(a, b) === 0).toBe(networkIdEquals(a, b));
      if (compareNetworkIds(a, b) <= 0 && compareNetworkIds(b, c) <= 0) {
        expect(compareNetworkIds(a, c)).toBeLessThanOrEqual(0);
      }
    }),
  );
});

it('goes to YAML and back [C-471]', () => {
  expect(networkIdToYaml(VALIDATOR_NETWORK)).toBe('validator');
  expect(networkIdToYaml(PUBLIC_NETWORK)).toBe('public');
  expect(networkIdToYaml(VFN_NETWORK)).toEqual({ private: 'vfn' });
  fc.assert(fc.property(anyNetwork, (id) => expect(networkIdFromYaml(networkIdToYaml(id))).toEqual(id)));
});

it.each([
  undefined,
  null,
  'Validator',
  'private',
  '',
  1,
  [],
  ['private'],
  {},
  { private: 1 },
  { private: 'a', x: 1 },
])('refuses %j in YAML', (value) =>
  expect(codeOf(() => networkIdFromYaml(value))).toBe('ERR_INVALID_NETWORK_ID'),
);

it('has labels for metrics and reads them in either case', () => {
  expect([VALIDATOR_NETWORK, PUBLIC_NETWORK, VFN_NETWORK].map(networkLabel)).toEqual([
    'Validator',
    'Public',
    'vfn',
  ]);
  expect(networkIdFromLabel('VALIDATOR')).toBe(VALIDATOR_NETWORK);
  expect(networkIdFromLabel('public')).toBe(PUBLIC_NETWORK);
  expect(networkIdFromLabel('vfn')).toBe(VFN_NETWORK);
  expect(networkIdFromLabel('Mine')).toEqual(privateNetwork('Mine'));
  expect(codeOf(() => networkIdFromLabel(''))).toBe('ERR_INVALID_NETWORK_ID');
});

it('tells private networks apart by their names', () => {
  expect(networkIdEquals(privateNetwork('a'), privateNetwork('a'))).toBe(true);
  expect(networkIdEquals(privateNetwork('a'), privateNetwork('b'))).toBe(false);
  expect(networkIdEquals(privateNetwork('a'), PUBLIC_NETWORK)).toBe(false);
});
