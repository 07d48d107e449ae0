/** Commands of systems in what is said to try: a person is told those of the machine that the engine runs on, and no others. */

const systems = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' } as const;
type System = keyof typeof systems;
export type Commands = Partial<Record<System, string>>;

let system: System | null = null;

/** `platform`: as Node calls it. Once, by a program for itself, and by a page when it learns where its engine runs. */
export function speakForSystem(platform: string): void {
  system = Object.hasOwn(systems, platform) ? (platform as System) : null;
}

/** A sentence about the command of this system; '' where it has none. Of a system that is not known, about all of them. */
export function onSystem(commands: Commands, say: (command: string) => string): string {
  const own = system === null ? undefined : commands[system];
  if (own !== undefined) return say(`“${own}”`);
  if (system !== null) return '';
  const each = (Object.keys(systems) as System[]).flatMap((name) =>
    commands[name] === undefined ? [] : [`“${commands[name]}” on ${systems[name]}`],
  );
  return say(each.length < 2 ? each.join('') : `${each.slice(0, -1).join(', ')} or ${each.at(-1)}`);
}

/** What only one system does; '' on another that is known. */
export const onlyOn = (name: System, sentence: string): string =>
  system === null || system === name ? sentence : '';

export const raiseFileLimit: Commands = { linux: 'ulimit -n 65536', darwin: 'ulimit -n 65536' };
export const listListeners: Commands = {
  linux: 'ss -ltnp',
  darwin: 'lsof -nP -iTCP -sTCP:LISTEN',
  win32: 'netstat -ano',
};
export const listDatagrams: Commands = {
  linux: 'ss -lunp',
  darwin: 'lsof -nP -iUDP',
  win32: 'netstat -ano -p UDP',
};
export const listPaths: Commands = { linux: 'ss -xlp', darwin: 'lsof -U' };
export const listInterfaces: Commands = { linux: 'ip -brief address', darwin: 'ifconfig', win32: 'ipconfig' };
export const showRoute: Commands = {
  linux: 'ip route get ADDRESS',
  darwin: 'traceroute ADDRESS',
  win32: 'tracert ADDRESS',
};
