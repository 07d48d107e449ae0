import { actions } from './en/actions.ts';
import { app } from './en/app.ts';
import { client } from './en/client.ts';
import { composer } from './en/composer.ts';
import { desktop } from './en/desktop.ts';
import { errors } from './en/errors.ts';
import { failures } from './en/failures.ts';
import { headless } from './en/headless.ts';
import { inspector } from './en/inspector.ts';
import { log } from './en/log.ts';
import { palette } from './en/palette.ts';
import { peers } from './en/peers.ts';
import { records } from './en/records.ts';
import { server } from './en/server.ts';
import { settings } from './en/settings.ts';
import { sidebar } from './en/sidebar.ts';
import { status } from './en/status.ts';
import { tabs } from './en/tabs.ts';
import { welcome } from './en/welcome.ts';

/** English. One section per pane, in its own file; values are texts, or functions of what a text depends on. */
export const en = {
  actions,
  app,
  client,
  composer,
  desktop,
  errors,
  failures,
  headless,
  inspector,
  log,
  palette,
  peers,
  records,
  server,
  settings,
  sidebar,
  status,
  tabs,
  welcome,
};

/** The same shape in any language: a text for a text, a function of the same arguments for a function. */
type InAnyLanguage<T> = T extends string
  ? string
  : T extends (...args: infer Args) => infer Result
    ? (...args: Args) => InAnyLanguage<Result>
    : { readonly [Key in keyof T]: InAnyLanguage<T[Key]> };

export type Texts = InAnyLanguage<typeof en>;
