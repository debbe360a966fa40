/** What is read from a Dockerfile, and where our label goes. */

import { expect, test } from 'bun:test';
import { askedArguments, needsBuildKit, withLabel } from './dockerfile.ts';

test('every_stage_gets_the_label_first_and_nothing_else_changes', () => {
  const file = `# syntax=docker/dockerfile:1
ARG VERSION=22
FROM node:$VERSION \\
  # a comment between
  AS build
RUN echo FROM here \\
  && echo FROM there
from debian:bookworm-slim
COPY --from=build /a /b
`;
  expect(withLabel(file, 'x=y').split('\n')).toEqual([
    '# syntax=docker/dockerfile:1',
    'ARG VERSION=22',
    'FROM node:$VERSION \\',
    '  # a comment between',
    '  AS build',
    'LABEL x=y',
    'RUN echo FROM here \\',
    '  && echo FROM there',
    'from debian:bookworm-slim',
    'LABEL x=y',
    'COPY --from=build /a /b',
    '',
  ]);
});

test('arguments_with_a_default_are_not_asked_for', () => {
  expect(askedArguments('ARG A\nFROM x\nARG B=1 C\nRUN echo ARG D\n')).toEqual(['A', 'C']);
});

test('what_only_buildkit_knows_is_recognised_and_its_like_in_text_is_not', () => {
  expect(needsBuildKit('FROM x\nRUN --mount=type=cache,target=/c make\n')).toBe(true);
  expect(needsBuildKit('FROM x\nCOPY --link a b\n')).toBe(true);
  expect(needsBuildKit('FROM x\nRUN <<EOF\necho\nEOF\n')).toBe(true);
  expect(needsBuildKit('FROM x\n# RUN --mount=x\nRUN echo --mount=x\nCOPY --from=a --chown=b c d\n')).toBe(
    false,
  );
});
