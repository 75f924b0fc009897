package msgpack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind uint8

// The kinds of tokens.
const (
	Nil Kind = iota
	Bool
	Int  // a whole number that an int64 can hold
	Uint // a larger one
	Float
	Text
	Bytes
	Array
	Map
	Time
	Place // an end of a channel
)

var names = [...]string{
	"nil", "a bool", "a whole number", "a whole number above 2^63", "a floating-point number", "text", "bytes", "an array",
	"a map", "a moment", "an end of a channel",
}

// String is the kind in words.
func (k Kind) String() string { return names[k] }

// Token is one value without what is inside of it.
type Token struct {
	Kind   Kind
	Int    int64     // of an Int; 1 of a Bool that is true; of a Place
	Uint   uint64    // of a Uint
	Float  float64   // of a Float
	Bytes  []byte    // of a Text, and of Bytes: a part of what is read
	Length int       // of an Array, and of a Map: how many elements, or pairs, follow
	Time   time.Time // of a Time, in UTC
}

// Reader reads tokens, one after the other.
type Reader struct {
	rest []byte
}

// NewReader reads from bytes, which nobody may change from then on.
func NewReader(bytes []byte) *Reader { return &Reader{rest: bytes} }

// Left is how many bytes were not read yet.
func (r *Reader) Left() int { return len(r.rest) }

var errCut = errors.New("it ends before its last value does")

// Next reads one token. Its errors are the end of a sentence about the bytes.
func (r *Reader) Next() (Token, error) {
	form, err := r.number(1)
	if err != nil {
		return Token{}, err
	}
	switch {
	case form < 0x80:
		return Token{Kind: Int, Int: int64(form)}, nil
	case form < 0x90:
		return r.collection(Map, uint64(form&0x0f))
	case form < 0xa0:
		return r.collection(Array, uint64(form&0x0f))
	case form < 0xc0:
		return r.text(uint64(form & 0x1f))
	case form >= 0xe0:
		return Token{Kind: Int, Int: int64(int8(form))}, nil
	}
	switch form {
	case 0xc0:
		return Token{Kind: Nil}, nil
	case 0xc2, 0xc3:
		return Token{Kind: Bool, Int: int64(form & 1)}, nil
	case 0xc4, 0xc5, 0xc6:
		return r.counted(form-0xc4, r.bytes)
	case 0xc7, 0xc8, 0xc9:
		return r.counted(form-0xc7, r.extension)
	case 0xca:
		bits, err := r.number(4)
		return Token{Kind: Float, Float: float64(math.Float32frombits(uint32(bits)))}, err
	case 0xcb:
		bits, err := r.number(8)
		return Token{Kind: Float, Float: math.Float64frombits(bits)}, err
	case 0xcc, 0xcd, 0xce, 0xcf:
		return r.unsigned(1 << (form - 0xcc))
	case 0xd0, 0xd1, 0xd2, 0xd3:
		return r.signed(1 << (form - 0xd0))
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8:
		return r.fixed(1 << (form - 0xd4))
	case 0xd9, 0xda, 0xdb:
		return r.counted(form-0xd9, r.text)
	case 0xdc, 0xdd:
		return r.counted(form-0xdc+1, func(n uint64) (Token, error) { return r.collection(Array, n) })
	case 0xde, 0xdf:
		return r.counted(form-0xde+1, func(n uint64) (Token, error) { return r.collection(Map, n) })
	}
	return Token{}, fmt.Errorf("the byte %02X begins no value", form)
}

func (r *Reader) take(length uint64) ([]byte, error) {
	if uint64(len(r.rest)) < length {
		return nil, errCut
	}
	taken := r.rest[:length:length]
	r.rest = r.rest[length:]
	return taken, nil
}

func (r *Reader) number(length uint64) (uint64, error) {
	bytes, err := r.take(length)
	var number uint64
	for _, b := range bytes {
		number = number<<8 | uint64(b)
	}
	return number, err
}

func (r *Reader) unsigned(length uint64) (Token, error) {
	number, err := r.number(length)
	if number > math.MaxInt64 {
		return Token{Kind: Uint, Uint: number}, err
	}
	return Token{Kind: Int, Int: int64(number)}, err
}

func (r *Reader) signed(length uint64) (Token, error) {
	number, err := r.number(length)
	shift := 64 - 8*length
	return Token{Kind: Int, Int: int64(number<<shift) >> shift}, err
}

// counted reads a length of 1, 2 or 4 bytes, and what it is the length of.
func (r *Reader) counted(size uint64, read func(uint64) (Token, error)) (Token, error) {
	length, err := r.number(1 << size)
	if err != nil {
		return Token{}, err
	}
	return read(length)
}

func (r *Reader) text(length uint64) (Token, error) {
	bytes, err := r.take(length)
	if err == nil && !utf8.Valid(bytes) {
		err = errors.New("it has text that is not UTF-8")
	}
	return Token{Kind: Text, Bytes: bytes}, err
}

func (r *Reader) bytes(length uint64) (Token, error) {
	bytes, err := r.take(length)
	return Token{Kind: Bytes, Bytes: bytes}, err
}

func (r *Reader) collection(kind Kind, length uint64) (Token, error) {
	// Each element has one byte at least: nobody makes room for more than have come.
	if length > uint64(len(r.rest)) {
		return Token{}, errCut
	}
	return Token{Kind: kind, Length: int(length)}, nil
}

func (r *Reader) fixed(length uint64) (Token, error) {
	kind, err := r.number(1)
	if err != nil {
		return Token{}, err
	}
	data, err := r.take(length)
	if err != nil {
		return Token{}, err
	}
	if int8(kind) == End && length == 1 {
		return Token{Kind: Place, Int: int64(data[0])}, nil
	}
	return moment(int8(kind), data)
}

func (r *Reader) extension(length uint64) (Token, error) {
	kind, err := r.number(1)
	if err != nil {
		return Token{}, err
	}
	data, err := r.take(length)
	if err != nil {
		return Token{}, err
	}
	return moment(int8(kind), data)
}

// latest is the last second that a time.Time can compare with others.
const latest = math.MaxInt64 - 62_135_596_800

func moment(kind int8, data []byte) (Token, error) {
	if kind != Moment {
		return Token{}, fmt.Errorf("it has an extension of type %d and %d bytes, which means nothing", kind, len(data))
	}
	var seconds int64
	var nanoseconds uint64
	switch len(data) {
	case 4:
		seconds = int64(binary.BigEndian.Uint32(data))
	case 8:
		bits := binary.BigEndian.Uint64(data)
		seconds, nanoseconds = int64(bits&(1<<34-1)), bits>>34
	case 12:
		nanoseconds = uint64(binary.BigEndian.Uint32(data))
		seconds = int64(binary.BigEndian.Uint64(data[4:]))
	default:
		return Token{}, fmt.Errorf("it has a timestamp of %d bytes, which has 4, 8 or 12", len(data))
	}
	if nanoseconds >= 1e9 {
		return Token{}, fmt.Errorf("it has a timestamp with %d nanoseconds, which are a second and more", nanoseconds)
	}
	if seconds > latest {
		return Token{}, errors.New("it has a moment that no time.Time can hold")
	}
	return Token{Kind: Time, Time: time.Unix(seconds, int64(nanoseconds)).UTC()}, nil
}
