/** Settings of new endpoints, and the one check of settings: at the field in the page, again at the engine's door. */
import { initialOf, problemsIn } from './field.ts';
import type { Found } from './field-problem.ts';
import type { SettingsField } from './paths.ts';
import {
  clientSettings,
  listenerSettings,
  settingsOf,
  type ClientSettings,
  type EndpointSettings,
  type ListenerSettings,
} from './settings.ts';

export type FieldProblem = Omit<Found, 'at'> & { field: SettingsField };

/** On loopback only, as are those of `defaultClient`. */
export const defaultListener = (): ListenerSettings => initialOf(listenerSettings);

export const defaultClient = (): ClientSettings => initialOf(clientSettings);

/** What is wrong with settings of the right shape, field by field; empty when they can be used. */
export const checkSettings = (settings: EndpointSettings): FieldProblem[] =>
  problemsIn(settingsOf(settings.role), settings) as FieldProblem[];
