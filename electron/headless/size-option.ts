/** `--keep-free`: a size as it is typed. */
import { InvalidArgumentError } from 'commander';
import { parseSize } from '../../shared/show/sizes.ts';
import { explainProblem } from '../../shared/texts/index.ts';
import { strangerIn } from '../../shared/typed.ts';

export function parseSizeOption(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null)
    throw new InvalidArgumentError(explainProblem({ code: 'size-unclear', character: strangerIn(text) }));
  return bytes;
}
