import { keyIn } from '../../shared/wire/page-key.ts';

const name = 'socketscope-key';
/** Where a browser lets no page keep anything, the key lasts as long as this page. */
let keptHere: string | null = null;

/**
 * The key of this tab: out of the address, where nobody shall read or bookmark it, into the tab's own storage. Other
 * tabs and other ports do not see that; a reload and a duplicated tab do.
 */
export function takeKey(): string | null {
  const given = keyIn(location.hash);
  if (given === null) return keptHere ?? keptByTab();
  history.replaceState(history.state, '', location.pathname);
  keptHere = given;
  try {
    sessionStorage.setItem(name, given);
  } catch {
    // Storage is switched off: a reload will ask for the address again.
  }
  return given;
}

function keptByTab(): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    // Switched off, as above.
    return null;
  }
}
