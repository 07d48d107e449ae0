/** Going to a place of the log. */
export const place = {
  title: 'Go to',
  label: 'Time, record or byte',
  go: 'Go',
  hint: '#12 is a record, 14:03:02.5 a time (with its day 2026-11-30T14:03), +1.5s so long after the first shown row.',
  bytesOf: {
    all: '@4096 is a byte of all payloads of this log.',
    part: '@4096 is a byte of the connection or direction that the filter shows.',
  },
  notRead: 'Write #12, 14:03:02.5, +1.5s or @4096.',
  noByte: 'There are fewer bytes than that.',
  nothing: 'No row is shown.',
  /** `record`, `clock`: of the row that was gone to. */
  at: (record: number, clock: string) => `Record #${record}, ${clock}`,
  nearest: (record: number, clock: string) => `The nearest shown row is record #${record}, ${clock}`,
};
