import { actions } from './en/actions.ts';
import { annotations } from './en/annotations.ts';
import { captureImport } from './en/capture-import.ts';
import { certificates } from './en/certificates.ts';
import { client } from './en/client.ts';
import { compare } from './en/compare.ts';
import { composer } from './en/composer.ts';
import { copying } from './en/copying.ts';
import { decoding } from './en/decoding.ts';
import { diagnosis } from './en/diagnosis.ts';
import { diagram } from './en/diagram.ts';
import { encoding, encodings } from './en/encodings.ts';
import { errors } from './en/errors.ts';
import { exporting } from './en/exporting.ts';
import { failures } from './en/failures.ts';
import { filter } from './en/filter.ts';
import { framing } from './en/framing.ts';
import { functions } from './en/functions.ts';
import { help } from './en/help.ts';
import { hints } from './en/hints.ts';
import { importing } from './en/importing.ts';
import { inspector } from './en/inspector.ts';
import { log } from './en/log.ts';
import { jobs } from './en/jobs.ts';
import { keptFilters } from './en/kept-filters.ts';
import { tabSearch } from './en/tab-search.ts';
import { many } from './en/many.ts';
import { messages } from './en/messages.ts';
import { network } from './en/network.ts';
import { newMenu } from './en/new-menu.ts';
import { options } from './en/options.ts';
import { palette } from './en/palette.ts';
import { pane } from './en/pane.ts';
import { peers } from './en/peers.ts';
import { place } from './en/place.ts';
import { programs } from './en/programs.ts';
import { records } from './en/records.ts';
import { removing } from './en/removing.ts';
import { repeat } from './en/repeat.ts';
import { replies } from './en/replies.ts';
import { restart } from './en/restart.ts';
import { sequenceTab } from './en/sequence-tab.ts';
import { sequences } from './en/sequences.ts';
import { server } from './en/server.ts';
import { settings } from './en/settings.ts';
import { sidebar } from './en/sidebar.ts';
import { statistics } from './en/statistics.ts';
import { stream } from './en/stream.ts';
import { timeline } from './en/timeline.ts';
import { tls } from './en/tls.ts';
import { udp } from './en/udp.ts';
import { units } from './en/units.ts';
import { values } from './en/values.ts';
import { verbs } from './en/verbs.ts';
import { verifying } from './en/verifying.ts';
import { welcome } from './en/welcome.ts';
import { whys } from './en/whys.ts';
import { window } from './en/window.ts';
import { workspaces } from './en/workspaces.ts';

/** What it shows of endpoints and of what the engine tells. In the page it comes while that attaches. */
export const later = {
  actions,
  annotations,
  captureImport,
  certificates,
  client,
  compare,
  composer,
  copying,
  decoding,
  diagnosis,
  diagram,
  encoding,
  encodings,
  errors,
  exporting,
  failures,
  filter,
  framing,
  functions,
  help,
  hints,
  importing,
  inspector,
  jobs,
  log,
  keptFilters,
  tabSearch,
  many,
  messages,
  network,
  newMenu,
  options,
  palette,
  pane,
  peers,
  place,
  programs,
  records,
  removing,
  repeat,
  replies,
  restart,
  sequenceTab,
  sequences,
  server,
  settings,
  sidebar,
  statistics,
  stream,
  timeline,
  tls,
  udp,
  units,
  values,
  verbs,
  verifying,
  welcome,
  whys,
  window,
  workspaces,
};
