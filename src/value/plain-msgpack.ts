import type { Options } from 'msgpackr';

/**
 * How msgpackr has to be told to write plain msgpack, which every language reads: no records, maps of the
 * smallest form, 64-bit integers as numbers where those are exact. Byte strings are copied, so that a small
 * one does not keep the chunk alive that it came in.
 */
export const plainMsgpack: Options = {
  useRecords: false,
  variableMapSize: true,
  // 'auto' is missing in msgpackr's types.
  int64AsType: 'auto' as 'number',
  encodeUndefinedAsNil: true,
  useToJSON: false,
  copyBuffers: true,
};
