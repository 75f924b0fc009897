// Package msgpack reads and writes the forms of MessagePack that the protocol has (docs/protocol.md, 5.1), one at a time.
// What they mean, and what of Go they are, is the business of others.
package msgpack

import (
	"encoding/binary"
	"math"
	"time"
)

// The extension types of the protocol.
const (
	Moment = -1
	End    = 1
)

// AppendNil appends nil.
func AppendNil(b []byte) []byte { return append(b, 0xc0) }

// AppendBool appends a bool.
func AppendBool(b []byte, value bool) []byte {
	if value {
		return append(b, 0xc3)
	}
	return append(b, 0xc2)
}

// AppendInt appends a whole number in its shortest form.
func AppendInt(b []byte, value int64) []byte {
	switch {
	case value >= 0:
		return AppendUint(b, uint64(value))
	case value >= -32:
		return append(b, byte(value))
	case value >= math.MinInt8:
		return append(b, 0xd0, byte(value))
	case value >= math.MinInt16:
		return binary.BigEndian.AppendUint16(append(b, 0xd1), uint16(value))
	case value >= math.MinInt32:
		return binary.BigEndian.AppendUint32(append(b, 0xd2), uint32(value))
	}
	return binary.BigEndian.AppendUint64(append(b, 0xd3), uint64(value))
}

// AppendUint appends a whole number in its shortest form.
func AppendUint(b []byte, value uint64) []byte {
	switch {
	case value < 0x80:
		return append(b, byte(value))
	case value <= math.MaxUint8:
		return append(b, 0xcc, byte(value))
	case value <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, 0xcd), uint16(value))
	case value <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, 0xce), uint32(value))
	}
	return binary.BigEndian.AppendUint64(append(b, 0xcf), value)
}

// AppendFloat32 appends a number of 32 bits.
func AppendFloat32(b []byte, value float32) []byte {
	return binary.BigEndian.AppendUint32(append(b, 0xca), math.Float32bits(value))
}

// AppendFloat64 appends a number of 64 bits.
func AppendFloat64(b []byte, value float64) []byte {
	return binary.BigEndian.AppendUint64(append(b, 0xcb), math.Float64bits(value))
}

// AppendString appends text, which the caller knows to be valid UTF-8.
func AppendString(b []byte, text string) []byte {
	if len(text) < 32 {
		return append(append(b, 0xa0|byte(len(text))), text...)
	}
	return append(appendLength(b, 0xd9, len(text)), text...)
}

// AppendBytes appends bytes.
func AppendBytes(b, bytes []byte) []byte {
	return append(appendLength(b, 0xc4, len(bytes)), bytes...)
}

// AppendArray begins an array, whose elements follow.
func AppendArray(b []byte, length int) []byte {
	switch {
	case length < 16:
		return append(b, 0x90|byte(length))
	case length <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, 0xdc), uint16(length))
	}
	return binary.BigEndian.AppendUint32(append(b, 0xdd), uint32(length))
}

// AppendMap begins a map, whose keys and values follow in turn.
func AppendMap(b []byte, length int) []byte {
	switch {
	case length < 16:
		return append(b, 0x80|byte(length))
	case length <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, 0xde), uint16(length))
	}
	return binary.BigEndian.AppendUint32(append(b, 0xdf), uint32(length))
}

// AppendMoment appends a moment, in its shortest form.
func AppendMoment(b []byte, moment time.Time) []byte {
	seconds, nanoseconds := moment.Unix(), uint64(moment.Nanosecond())
	if seconds>>34 != 0 {
		b = append(b, 0xc7, 12, 0xff)
		b = binary.BigEndian.AppendUint32(b, uint32(nanoseconds))
		return binary.BigEndian.AppendUint64(b, uint64(seconds))
	}
	if nanoseconds == 0 && seconds <= math.MaxUint32 {
		return binary.BigEndian.AppendUint32(append(b, 0xd6, 0xff), uint32(seconds))
	}
	return binary.BigEndian.AppendUint64(append(b, 0xd7, 0xff), nanoseconds<<34|uint64(seconds))
}

// AppendEnd appends an end of a channel, by its place in the list beside the value.
func AppendEnd(b []byte, place byte) []byte { return append(b, 0xd4, End, place) }

// appendLength appends the form with a length of 8, 16 or 32 bits, which have numbers one after the other.
func appendLength(b []byte, first byte, length int) []byte {
	switch {
	case length <= math.MaxUint8:
		return append(b, first, byte(length))
	case length <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, first+1), uint16(length))
	}
	return binary.BigEndian.AppendUint32(append(b, first+2), uint32(length))
}
