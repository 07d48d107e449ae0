import { expect, test } from 'vitest';
import { callFormAt, writeCall } from './call-form.ts';
import { payloadFunctions } from './functions/functions.ts';
import { parse } from './payload.ts';

const formAt = (marked: string) => {
  const place = marked.indexOf('^');
  const text = marked.replace('^', '');
  return { text, form: callFormAt(text, parse({ mode: 'text', text }).tokens, place) };
};
const fieldsAt = (marked: string) =>
  formAt(marked).form?.fields.map(({ parameter, text }) => `${parameter.name}=${text}`) ?? null;
/** The message with other arguments in the call. */
const changed = (marked: string, ...texts: string[]): string => {
  const { text, form } = formAt(marked);
  return text.slice(0, form!.start) + writeCall(form!, texts) + text.slice(form!.end);
};

test('each argument is a field, whether it is given by place, by name, through a pipe or not at all', () => {
  expect(fieldsAt("a{{pad 'ab' 4 ^side=left}}")).toEqual(["what='ab'", 'length=4', 'with=', 'side=left']);
  expect(fieldsAt("{{'ab' | pad 4 '-'^}}")).toEqual(['length=4', "with='-'", 'side=']);
  expect(fieldsAt('{{^counter}}')).toEqual(['start=', 'step=', 'width=', 'base=', 'per=']);
  expect(fieldsAt("{{received match='id=(.)'^}}")).toEqual(['match=id=(.)', 'group=']);
});

test('where there is no call, or none that takes something, there is no form', () => {
  for (const marked of [
    'a^b{{u8 1}}',
    '{{u8 1}}a^',
    '{{localPort^}}',
    '{{#bo^dy}}x{{/body}}',
    "{{'te^xt'}}",
    '{{con^ter 1}}',
  ])
    expect([marked, fieldsAt(marked)]).toEqual([marked, null]);
});

test('is written by place as far as all are given, then by name, with quotes where words need them', () => {
  expect(changed('a{{counter^}}b', '5')).toBe('a{{counter 5}}b');
  expect(changed('{{counter 1 2^}}', '', '2', '4')).toBe('{{counter step=2 width=4}}');
  expect(changed("{{'ab' | pad 4^ | hex}}", '6', "'-'", 'left')).toBe("{{'ab' | pad 6 '-' left | hex}}");
  expect(changed('{{uuid^ as=id}}', '7')).toBe('{{uuid 7 as=id}}');
  expect(changed('{{date^}}', "yyyy 'at' \\")).toBe("{{date 'yyyy \\'at\\' \\\\'}}");
});

test('the example of every function that takes something is written as it means the same', () => {
  for (const [name, { example }] of payloadFunctions) {
    const place = example.indexOf(name) + 1;
    const form = callFormAt(example, parse({ mode: 'text', text: example }).tokens, place);
    if (form === null) continue;
    const written =
      example.slice(0, form.start) +
      writeCall(
        form,
        form.fields.map(({ text }) => text),
      ) +
      example.slice(form.end);
    const again = callFormAt(written, parse({ mode: 'text', text: written }).tokens, place)!;
    expect([name, again.fields.map(({ text }) => text), again.more]).toEqual([
      name,
      form.fields.map(({ text }) => text),
      form.more,
    ]);
  }
});
