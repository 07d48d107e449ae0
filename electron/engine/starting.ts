/** Which endpoints a program starts that has just opened the engine. */
import type { Endpoint } from './endpoint.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import { invalid } from './schemas/validate.ts';

export type Starting = {
  /** Those that are set to start with the app. */
  withApp: boolean;
  /** Those that ran when the last run ended. */
  again: boolean;
  /** Those that are called so, by a person or by themselves (`Server 9000`). */
  names: readonly string[];
};

export const usualStarting: Starting = { withApp: true, again: false, names: [] };

/** `ran`: whether an endpoint ran when the last run ended. Throws INVALID_ARGUMENT for a name that none has. */
export function chosenToStart(
  endpoints: readonly Endpoint[],
  { withApp, again, names }: Starting,
  ran: (endpoint: Endpoint) => boolean,
): Endpoint[] {
  const called = ({ settings }: Endpoint): string => nameOf({ settings, summary: null });
  const unknown = names.find((name) => !endpoints.some((endpoint) => called(endpoint) === name));
  if (unknown !== undefined) throw invalid('start', { name: 'no-endpoint-called', called: unknown });
  return endpoints.filter(
    (endpoint) =>
      (withApp && endpoint.settings.startsWithApp) ||
      (again && ran(endpoint)) ||
      names.includes(called(endpoint)),
  );
}

/** What fails is in its status and log. */
export async function startEach(endpoints: readonly Endpoint[]): Promise<void> {
  await Promise.allSettled(
    endpoints.map((endpoint) =>
      endpoint.settings.role === 'listener' ? endpoint.startListening() : endpoint.connect(),
    ),
  );
}
