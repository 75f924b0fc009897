/** Numbers as they are typed. */
import { InvalidArgumentError } from 'commander';

export function seconds(text: string): number {
  const number = Number(text);
  if (number >= 0.1 && number <= 86_400) return number;
  throw new InvalidArgumentError('It is a number of seconds, from 0.1 on.');
}

export function patience(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 86_400) return number;
  throw new InvalidArgumentError('It is a number of seconds; 0: not at all.');
}

export function times(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It is a number from 1 on.');
}
