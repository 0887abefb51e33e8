import { expect, it } from '@jest/globals';
import { builtInKinds, deskTypes, isInNameSpace, nameSpaces, registryTypes } from './index.js';

it('all types of the desk and the registry lie in the name spaces, and no kind is called as one is', () => {
  for (const type of [...deskTypes, ...registryTypes])
    expect([type, isInNameSpace(type)]).toEqual([type, true]);
  expect(nameSpaces.filter((name) => builtInKinds.has(name))).toEqual([]);
  expect(isInNameSpace('placement.begun')).toBe(false);
});
