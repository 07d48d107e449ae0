export const palette = {
  title: 'Command palette',
  placeholder: 'Type the name of an action or endpoint',
  empty: 'Nothing has that name.',
  goTo: (name: string) => `Go to ${name}`,
  notNow: 'not possible now',
};
