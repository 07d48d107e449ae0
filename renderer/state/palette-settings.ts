/** The palette's rows of what can be set: the options of the endpoint in front, and the settings of the app. */
import type { Preferences, SetupPart } from '../../shared/layout.ts';
import { texts } from '../../shared/texts/index.ts';
import { labelOf, optionGroups } from '../lib/option-paths.ts';
import type { AppState } from './app.svelte.ts';
import { encodingIds } from '../../shared/encodings/encodings.ts';
import { alsoCalled } from '../../shared/encodings/names.ts';
import { showAll } from './text-encodings.ts';
import { possible, type PaletteRow } from './palette-row.ts';
import { showSetup } from './rooms.ts';

const words = texts.palette;

/** Each leads to its place in the set-up, unfolded. */
export function optionRows(app: AppState): PaletteRow[] {
  const endpoint = app.active;
  if (endpoint === null) return [];
  const { groupNames, label } = texts.options;
  const row = (key: string, name: string, part: SetupPart, field: string): PaletteRow => ({
    ...possible,
    key,
    name,
    run: () => showSetup(app, endpoint, part, field),
  });
  return optionGroups(endpoint.settings).flatMap(({ name, shown }) => [
    row(`options-${name}`, words.setTo(label, groupNames[name]), name, ''),
    ...shown.flatMap(({ path }) => {
      const field = labelOf(path, endpoint.settings.role);
      return field === null
        ? []
        : [row(`option-${path}`, words.optionIn(groupNames[name], field), name, field)];
    }),
  ]);
}

/** The text of the endpoint in front, whichever way it goes. */
export function encodingRows(app: AppState): PaletteRow[] {
  const endpoint = app.active;
  if (endpoint === null) return [];
  return encodingIds.map((id) => ({
    ...possible,
    key: `encoding-${id}`,
    name: texts.encoding.showAs(texts.encodings[id]),
    detail: texts.encoding.showAsDetail(alsoCalled(id)),
    run: () => showAll(app, endpoint, id),
  }));
}

export function settingRows(app: AppState): PaletteRow[] {
  const { theme, themes, textSize, textSizes, timeFormat, timeFormats } = texts.settings;
  const choices = <K extends 'theme' | 'textSize' | 'timeFormat'>(
    setting: K,
    title: string,
    names: Record<Preferences[K], string>,
  ) =>
    (Object.keys(names) as Preferences[K][]).map((choice) => ({
      ...possible,
      key: `${setting}-${choice}`,
      name: words.setTo(title, names[choice]),
      run: () => app.changePreferences({ [setting]: choice }),
    }));
  const shown = (['keepFree', 'dataFolder', 'about'] as const).map((setting) => ({
    ...possible,
    key: `settings-${setting}`,
    name: words.setTo(texts.actions['open-settings'], texts.settings[setting]),
    run: () => app.run('open-settings'),
  }));
  return [
    ...choices('theme', theme, themes),
    ...choices('textSize', textSize, textSizes),
    ...choices('timeFormat', timeFormat, timeFormats),
    ...shown,
  ];
}
