/** A rendezvous between two generators of one process, as js-csp knows it from core.async. */
import csp from 'js-csp';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const values = csp.chan();

csp.go(function* take() {
  while ((yield csp.take(values)) !== csp.CLOSED);
});

csp.go(function* send() {
  const stopwatch = new Stopwatch();
  do yield csp.put(values, messageBytes);
  while (stopwatch.lap());
  values.close();
  report(stopwatch.microseconds);
});
