import { timeFormats } from '../../shared/layout.ts';
import { texts } from '../../shared/texts/index.ts';
import type { MenuItem } from '../components/menu-item.ts';
import type { AppState } from '../state/app.svelte.ts';
import { changeColumn, hideableColumns, isHidden } from '../state/log-columns.ts';

/** Which columns the log has. */
export const columnItems = (app: AppState): MenuItem[] =>
  hideableColumns.map((id) => ({
    label: texts.log.columns[id],
    checked: !isHidden(app.layout.columns, id),
    run: () => changeColumn(app, id, { isHidden: !isHidden(app.layout.columns, id) }),
  }));

/** What its times say. */
export const timeItems = (app: AppState): MenuItem[] =>
  timeFormats.map((timeFormat) => ({
    label: texts.settings.timeFormats[timeFormat],
    checked: app.preferences.timeFormat === timeFormat,
    run: () => app.changePreferences({ timeFormat }),
  }));
