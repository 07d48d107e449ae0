/** What lies outside of the program: only what a person has allowed by its name. */
import type { Functions } from './function.ts';
import { ofBytes, ofText, textOf } from './value.ts';

export const outsideFunctions: Functions = {
  file: {
    family: 'outside',
    parameters: [{ name: 'path', kind: 'text' }],
    isVolatile: true,
    example: '{{file "part.bin" | base64}}',
    make: ([path], { file }) => ofBytes(file(textOf(path!))),
  },
  env: {
    family: 'outside',
    parameters: [{ name: 'name', kind: 'text' }],
    isVolatile: true,
    example: '{{env API_KEY}}',
    make: ([name], { variable }) => ofText(variable(textOf(name!))),
  },
};
