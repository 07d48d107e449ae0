import { expect, test } from 'vitest';
import { checkSettings } from './endpoint-settings.ts';
import { parseMessageText } from './message-text.ts';
import { readyMade, readyMadeIds } from './ready-made.ts';
import { texts } from './texts/index.ts';

test.each(readyMadeIds)('%s has settings and a draft without problems', (id) => {
  const { settings, composer } = readyMade(id);
  expect(checkSettings({ ...settings, name: texts.newMenu.readyMade[id].name })).toEqual([]);
  if (composer) expect(parseMessageText(composer.draft).ok).toBe(true);
});

test.each(readyMadeIds)('%s says in two sentences what it teaches', (id) => {
  expect(texts.newMenu.readyMade[id].teaches.match(/\.(?= |$)/g)).toHaveLength(2);
});

test.each(readyMadeIds)('%s is reached by nobody but this machine, as a server', (id) => {
  const { settings } = readyMade(id);
  if (settings.role === 'listener') expect(settings).toMatchObject({ host: '127.0.0.1', port: 0 });
});
