import * as simulator from '../src/index.js';

it('exports these values and no others', () => {
  expect(Object.keys(simulator).sort()).toMatchInlineSnapshot();
});
