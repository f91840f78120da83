import { decode } from '@diemnet/bcs';

it('reads', () => {
  expect(decode(Uint8Array.of(2, 1, 0, 2, 0), (r) => r.sequence((i) => i.u16()))).toEqual([1, 2]);
});
