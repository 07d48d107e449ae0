export const palette = {
  title: 'Command palette',
  placeholder: 'An action, an endpoint, a setting, host:port, or #12 for a record',
  empty: 'Nothing has that name.',
  goTo: (name: string) => `Go to ${name}`,
  connectTo: (place: string) => `Connect to ${place}`,
  goToRecord: (sequence: string) => `Go to record #${sequence}`,
  connectHere: (name: string) => `Connect a client to ${name}`,
  attachAgain: 'Attach to the engine again',
  setTo: (setting: string, choice: string) => `${setting}: ${choice}`,
  optionIn: (group: string, option: string) => `${group}: ${option}`,
  notNow: 'not possible now',
  /** Why an action is not possible, where that is known. */
  why: {
    lost: 'the engine is not attached',
    noTab: 'no server or client is in front',
    server: 'this is a server',
    client: 'this is a client',
    running: 'it runs already',
    stopped: 'it does not run',
    nothingTyped: 'the message is empty',
    noRow: 'no row is selected',
  },
};
