import { afterAll, beforeEach, expect, test } from 'vitest';
import { formatLogLine } from '../show/log-line.ts';
import { language, texts } from './chosen.ts';
import { en, type Texts } from './en.ts';
import { describeRecord, explain, explainProblem } from './index.ts';
import { chooseLanguage, languages, wordsIn } from './languages.ts';

const note = { kind: 'note', note: 'capture-ended-early' } as const;
const line = { time: 0, kind: 'note', peer: '', length: 0, payload: new Uint8Array(), detail: note } as const;
const loud: Texts = {
  ...en,
  records: { ...en.records, captureEndedEarly: 'OH NO' },
  errors: { ...en.errors, 'host-empty': 'WHERE?' },
};

beforeEach(() => void languages.set('de', loud));
afterAll(() => {
  languages.delete('de');
  chooseLanguage(['en']);
});

test('a language is one entry of the table: sentences, problems and saved lines are in it', () => {
  chooseLanguage(['de']);
  expect(language).toBe('de');
  expect(texts.records.captureEndedEarly).toBe('OH NO');
  expect(describeRecord(note, '')).toBe('OH NO');
  expect(explainProblem({ code: 'host-empty' })).toBe('WHERE?');
  expect(formatLogLine(line)).toMatch(/ OH NO$/);
  expect(formatLogLine(line, 'auto', wordsIn('en'))).toContain(en.records.captureEndedEarly);
});

test('the first wish that can be met decides, if need be by another kind of the same language', () => {
  const chosenFor = (...wanted: string[]): string => {
    chooseLanguage(wanted);
    return language;
  };
  expect(chosenFor('fr-FR', 'de-AT', 'en')).toBe('de');
  expect(chosenFor('en-GB', 'de')).toBe('en');
  expect(chosenFor('en-XA')).toBe('en-XA');
  expect(chosenFor('constructor', '', 'zh-TW')).toBe('en');
  expect(chosenFor()).toBe('en');
});

test('in the generated language every word stands in brackets, and what was put in with it', () => {
  const brackets = wordsIn('en-XA');
  expect(brackets.log.undo).toBe(`⟦${en.log.undo}⟧`);
  expect(brackets.records.listening('[::1]:9000')).toBe('⟦Listening on [::1]:9000⟧');
  expect(explain({ code: 'EPIPE', message: '', subject: '' }, null, brackets).what).toMatch(/^⟦.*⟧$/);
  expect(brackets.headless.help.host.lines).toHaveLength(2);
});
