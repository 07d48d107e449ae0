import { expect, onTestFinished, test } from 'vitest';
import { payloadFunctions } from '../../../shared/payload/functions/functions.ts';
import { ofNumber } from '../../../shared/payload/functions/value.ts';
import { transports } from '../../../shared/settings/transports.ts';
import { parseMessages, type MessageOption } from './messages.ts';

const sent = (option: MessageOption): string[] => {
  const [message] = parseMessages([option], { eol: 'lf', encoding: 'utf-8' }, transports.tcp);
  if (!message || !('template' in message)) throw new Error('no message');
  return [1, 2].map(() => String(Buffer.from(message.template.fill())));
};

test('a line end is for text alone', () => {
  expect(sent({ kind: 'text', value: 'a\\t' })[0]).toBe('a\t\n');
  expect(sent({ kind: 'hex', value: '61' })[0]).toBe('a');
});

test('a payload function that is made here is sent, and nothing else is changed for it', () => {
  let count = 0;
  payloadFunctions.set('made-here', {
    ...{ family: 'text', parameters: [], isVolatile: true, example: '{{made-here}}' },
    make: () => ofNumber(count++),
  });
  onTestFinished(() => void payloadFunctions.delete('made-here'));
  expect(sent({ kind: 'hex', value: '3c {{made-here}} 3e' })).toEqual(['<0>', '<1>']);
  expect(sent({ kind: 'text', value: '{{made-here}}' })).toEqual(['2\n', '3\n']);
});
