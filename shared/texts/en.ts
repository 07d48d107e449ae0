import { actions } from './en/actions.ts';
import { app } from './en/app.ts';
import { certificates } from './en/certificates.ts';
import { client } from './en/client.ts';
import { commandLine } from './en/command-line.ts';
import { composer } from './en/composer.ts';
import { copying } from './en/copying.ts';
import { desktop } from './en/desktop.ts';
import { diagnosis } from './en/diagnosis.ts';
import { encodings } from './en/encodings.ts';
import { errors } from './en/errors.ts';
import { failures } from './en/failures.ts';
import { filter } from './en/filter.ts';
import { functions } from './en/functions.ts';
import { framing } from './en/framing.ts';
import { headless } from './en/headless.ts';
import { help } from './en/help.ts';
import { inspector } from './en/inspector.ts';
import { log } from './en/log.ts';
import { network } from './en/network.ts';
import { newMenu } from './en/new-menu.ts';
import { options } from './en/options.ts';
import { palette } from './en/palette.ts';
import { pane } from './en/pane.ts';
import { peers } from './en/peers.ts';
import { records } from './en/records.ts';
import { replies } from './en/replies.ts';
import { server } from './en/server.ts';
import { settings } from './en/settings.ts';
import { sidebar } from './en/sidebar.ts';
import { status } from './en/status.ts';
import { tabs } from './en/tabs.ts';
import { timeline } from './en/timeline.ts';
import { tls } from './en/tls.ts';
import { udp } from './en/udp.ts';
import { units } from './en/units.ts';
import { verbs } from './en/verbs.ts';
import { welcome } from './en/welcome.ts';
import { whys } from './en/whys.ts';

/** English. One section per pane, in its own file; values are texts, or functions of what a text depends on. */
export const en = {
  actions,
  app,
  certificates,
  client,
  commandLine,
  composer,
  copying,
  desktop,
  diagnosis,
  encodings,
  errors,
  failures,
  filter,
  functions,
  framing,
  headless,
  help,
  inspector,
  log,
  network,
  newMenu,
  options,
  palette,
  pane,
  peers,
  records,
  replies,
  server,
  settings,
  sidebar,
  status,
  tabs,
  timeline,
  tls,
  udp,
  units,
  verbs,
  welcome,
  whys,
};

/** The same shape in any language: a text for a text, a function of the same arguments for a function. */
type InAnyLanguage<T> = T extends string
  ? string
  : T extends (...args: infer Args) => infer Result
    ? (...args: Args) => InAnyLanguage<Result>
    : { readonly [Key in keyof T]: InAnyLanguage<T[Key]> };

export type Texts = InAnyLanguage<typeof en>;
