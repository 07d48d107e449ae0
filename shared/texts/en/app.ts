/** What belongs to the whole window. */
export const app = {
  attaching: 'Attaching to the engine…',
  detached:
    'The connection to the engine is lost. Trying again; what is on screen is as of before. If the host was started anew, open the address that it printed.',
  /** Beside what cannot be done without it. */
  noEngine: 'Not possible while the engine is not attached.',
  needsKey:
    'This tab has no key, or one of an earlier start. Open the whole address that Socketscope printed when it was started last, http://…/#key=…: what stands behind # is the key. It is kept by the tab in which you open it, until that tab is closed.',
  keyRefused:
    'Socketscope was started anew and does not know the key of this tab any more; what is on screen is as of before. Open the address that it printed: here, and this tab goes on.',
  partMissing:
    'This part of the window could not be loaded, because the program that serves it has ended or was replaced. Start it again and reload the page.',
  dismiss: 'Dismiss',
  close: 'Close',
  received: 'received',
  sent: 'sent',
  separatorSidebar: 'Width of the endpoints list',
};
