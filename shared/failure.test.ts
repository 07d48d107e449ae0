import { expect, test } from 'vitest';
import { FailureError, failureOf } from './failure.ts';

test('an error of the system keeps its code and message', () => {
  const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
  expect(failureOf(error, '127.0.0.1:9')).toEqual({
    code: 'EADDRINUSE',
    message: 'listen EADDRINUSE',
    subject: '127.0.0.1:9',
  });
});

test('several refused attempts speak through their parts, because their own message is empty', () => {
  const parts = ['connect ECONNREFUSED ::1:9', 'connect ECONNREFUSED 127.0.0.1:9'].map(
    (message) => new Error(message),
  );
  const error = Object.assign(new AggregateError(parts, ''), { code: 'ECONNREFUSED' });
  expect(failureOf(error).message).toBe('connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127.0.0.1:9');
});

test('a failure stays itself when it is thrown and caught', () => {
  const failure = { code: 'CANCELLED', message: 'stopped', subject: 'x' };
  expect(failureOf(new FailureError(failure), 'other')).toEqual(failure);
});

test('anything else that is thrown becomes a failure, too', () => {
  expect(failureOf('odd')).toEqual({ code: 'UNKNOWN', message: 'odd', subject: '' });
  expect(failureOf(undefined).code).toBe('UNKNOWN');
  expect(failureOf(Object.assign(new Error('x'), { code: 7 })).code).toBe('UNKNOWN');
});
