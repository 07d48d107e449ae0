/** What a page may say of workspaces. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { plain, type Schema } from '../../../shared/schema.ts';
import {
  isWorkspaceName,
  mostHandedOver,
  type Keeping,
  type WorkspaceChoice,
  type WorkspaceId,
} from '../../../shared/workspaces.ts';
import { text } from './schemas.ts';

export const newWorkspaceId = (): WorkspaceId => `w${randomBytes(6).toString('hex')}`;

export const workspaceId = v.pipe(v.string(), v.regex(/^(?:own|w[0-9a-f]{12})$/));
const fileName = v.pipe(v.string(), v.check(isWorkspaceName));
export const name = v.pipe(fileName, v.title('name'));
export const stops = v.pipe(v.boolean(), v.title('stops'));
export const hasSecrets = v.pipe(v.boolean(), v.title('hasSecrets'));
export const keeping: Schema<Keeping> = v.pipe(v.picklist(['window', 'file']), v.title('keeping'));

export const choice: Schema<WorkspaceChoice> = v.pipe(
  plain(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('ask') }),
      v.strictObject({ kind: v.literal('new') }),
      v.strictObject({ kind: v.literal('known'), id: workspaceId }),
      v.strictObject({ kind: v.literal('named'), name: fileName }),
      v.strictObject({ kind: v.literal('handed'), name: fileName, text: text(mostHandedOver) }),
    ]),
  ),
  v.title('choice'),
);
