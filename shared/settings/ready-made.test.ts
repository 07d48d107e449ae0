import { expect, test } from 'vitest';
import { checkSettings } from './endpoint.ts';
import { parse } from '../payload/payload.ts';
import { isHintFor, readyMade, readyMadeIds } from './ready-made.ts';
import { texts } from '../texts/index.ts';

test.each(readyMadeIds)('%s has settings and a draft without problems', (id) => {
  const { settings, composer } = readyMade(id);
  expect(checkSettings({ ...settings, name: texts.newMenu.readyMade[id].name })).toEqual([]);
  if (composer) expect(parse({ mode: composer.mode, text: composer.draft }).problems).toEqual([]);
});

test.each(readyMadeIds)('%s says in two sentences what it teaches', (id) => {
  expect(texts.newMenu.readyMade[id].teaches.match(/\.(?= |$)/g)).toHaveLength(2);
});

test.each(readyMadeIds)('%s is reached by nobody but this machine, as a server', (id) => {
  const { settings } = readyMade(id);
  if (settings.role === 'listener') expect(settings).toMatchObject({ host: '127.0.0.1', port: 0 });
});

test.each(readyMadeIds)(
  '%s tells what to do next until its transport or what it answers is another',
  (id) => {
    const { settings } = readyMade(id);
    expect(isHintFor(id, settings, { ...settings, host: '192.0.2.1', port: 9, name: 'lab' })).toBe(true);
    expect(isHintFor(id, settings, { ...settings, transport: 'unix' })).toBe(false);
    if (settings.role !== 'listener') return;
    const kind = settings.reply.kind === 'fixed' ? 'echo' : 'fixed';
    expect(isHintFor(id, settings, { ...settings, reply: { ...settings.reply, kind } })).toBe(false);
  },
);
