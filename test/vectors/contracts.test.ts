import { describe, expect, test } from 'vitest';
import { compileJsonSchema } from '../../platform/json-schema.ts';
import { canonicalText } from '../../src/contracts/canonical.ts';
import { Unmet } from '../../src/contracts/contract.ts';
import { contractFrom } from '../../src/contracts/make.ts';
import { msgpackCodec } from '../../src/value/codec.ts';
import { bytesOf, contractVectors } from './vectors.ts';

describe('15.4 values and contracts', () => {
  test.each(contractVectors)('15.4 $name', ({ schema, bytes, meets, path }) => {
    const contract = contractFrom('a vector', canonicalText(schema), compileJsonSchema);
    const value = msgpackCodec.decode(bytesOf(bytes), []);
    const error = unmet(() => contract.check(value));
    expect(error === undefined).toBe(meets);
    if (path !== undefined) expect(error?.path).toBe(path);
  });
});

function unmet(check: () => void): Unmet | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Unmet) return error;
    throw error;
  }
}
