// Package wire is the protocol between the supervisor and one process, as bytes: frames, messages, and the order in which
// they leave (docs/protocol.md, 2 and 3). It knows no descriptor and no goroutine.
package wire

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	magicFrame     = 0xc148
	magicBeginning = 0xc14c
	magicPiece     = 0xc150

	preludeLength = 8
	longestHeader = 0xffff
	mostTransfers = 64
)

// Frame is a header, and a value, which may be empty.
type Frame struct {
	Header, Value []byte
	inPieces      bool
}

// ProtocolError is what the supervisor says that the protocol does not allow.
type ProtocolError struct {
	Problem string
	// Bytes are those that it is about; none where that is known without.
	Bytes []byte
}

func (e *ProtocolError) Error() string {
	if len(e.Bytes) == 0 {
		return e.Problem
	}
	return e.Problem + ": " + shown(e.Bytes)
}

// Reader reads the frames of a link.
type Reader struct {
	from      io.Reader
	transfers map[uint16]*transfer
}

// transfer is a value that comes in pieces.
type transfer struct {
	frame  Frame
	length int
}

// NewReader reads from a link.
func NewReader(from io.Reader) *Reader {
	return &Reader{from: from, transfers: make(map[uint16]*transfer)}
}

// Next waits for the next frame that is complete. The error is a *ProtocolError, or that of the link, which is at its end.
func (r *Reader) Next() (Frame, error) {
	for {
		frame, err := r.unit()
		if err != nil || frame != nil {
			return deref(frame), err
		}
	}
}

func deref(frame *Frame) Frame {
	if frame == nil {
		return Frame{}
	}
	return *frame
}

// unit reads a frame, or a part of one, which may make it complete.
func (r *Reader) unit() (*Frame, error) {
	var prelude [preludeLength]byte
	// Nonsense may be short: it is told by its first two bytes.
	if _, err := io.ReadFull(r.from, prelude[:2]); err != nil {
		return nil, err
	}
	magic := binary.BigEndian.Uint16(prelude[:])
	if magic != magicFrame && magic != magicBeginning && magic != magicPiece {
		return nil, &ProtocolError{"expected a frame (it starts with C1 48), but the link said", prelude[:2]}
	}
	if _, err := io.ReadFull(r.from, prelude[2:]); err != nil {
		return nil, err
	}
	short, rest := binary.BigEndian.Uint16(prelude[2:]), binary.BigEndian.Uint32(prelude[4:])
	if magic == magicPiece {
		return r.piece(short, rest)
	}
	if short == 0 || rest < uint32(short) {
		problem := fmt.Sprintf("a frame cannot have a header of %d bytes and %d in all", short, rest)
		return nil, &ProtocolError{problem, prelude[:]}
	}
	if magic == magicBeginning {
		return nil, r.begin(int(short), int(rest))
	}
	body, err := r.bytes(nil, int(rest))
	if err != nil {
		return nil, err
	}
	return &Frame{Header: body[:short:short], Value: body[short:]}, nil
}

func (r *Reader) begin(short, rest int) error {
	unit, err := r.bytes(nil, 2+short)
	if err != nil {
		return err
	}
	number, header := binary.BigEndian.Uint16(unit), unit[2:]
	if number >= mostTransfers {
		return &ProtocolError{fmt.Sprintf("a value in pieces cannot have the number %d", number), header}
	}
	if r.transfers[number] != nil {
		return &ProtocolError{fmt.Sprintf("a value in pieces has the number %d of one that is on its way", number), header}
	}
	if rest == short {
		return &ProtocolError{"a value in pieces has no bytes", header}
	}
	frame := Frame{Header: header, Value: make([]byte, 0, min(rest-short, unchecked)), inPieces: true}
	r.transfers[number] = &transfer{frame: frame, length: rest - short}
	return nil
}

func (r *Reader) piece(number uint16, length uint32) (*Frame, error) {
	coming := r.transfers[number]
	if coming == nil {
		return nil, &ProtocolError{Problem: fmt.Sprintf("a piece has the number %d, which no value has", number)}
	}
	if left := coming.length - len(coming.frame.Value); length == 0 || int64(length) > int64(left) {
		problem := fmt.Sprintf("a piece of %d bytes cannot belong to a value of which %d are to come", length, left)
		return nil, &ProtocolError{Problem: problem}
	}
	value, err := r.bytes(coming.frame.Value, int(length))
	if err != nil {
		return nil, err
	}
	coming.frame.Value = value
	if len(value) < coming.length {
		return nil, nil
	}
	delete(r.transfers, number)
	return &coming.frame, nil
}

// unchecked is how many bytes room is made for before they have come.
const unchecked = 64 << 20

// bytes appends so many from the link.
func (r *Reader) bytes(to []byte, length int) ([]byte, error) {
	for length > 0 {
		some := min(length, max(unchecked, len(to)))
		begin := len(to)
		to = slices.Grow(to, some)[:begin+some]
		if _, err := io.ReadFull(r.from, to[begin:]); err != nil {
			return nil, err
		}
		length -= some
	}
	return to, nil
}

// appendFrame appends a whole frame.
func appendFrame(to, header []byte, values [][]byte) []byte {
	to = appendPrelude(to, magicFrame, header, lengthOf(values))
	to = append(to, header...)
	for _, value := range values {
		to = append(to, value...)
	}
	return to
}

// appendBeginning appends what precedes the pieces of a value of so many bytes.
func appendBeginning(to, header []byte, length, number int) []byte {
	to = appendPrelude(to, magicBeginning, header, length)
	to = binary.BigEndian.AppendUint16(to, uint16(number))
	return append(to, header...)
}

func appendPiece(to, piece []byte, number int) []byte {
	to = binary.BigEndian.AppendUint16(to, magicPiece)
	to = binary.BigEndian.AppendUint16(to, uint16(number))
	to = binary.BigEndian.AppendUint32(to, uint32(len(piece)))
	return append(to, piece...)
}

func appendPrelude(to []byte, magic uint16, header []byte, length int) []byte {
	to = binary.BigEndian.AppendUint16(to, magic)
	to = binary.BigEndian.AppendUint16(to, uint16(len(header)))
	return binary.BigEndian.AppendUint32(to, uint32(len(header)+length))
}

func lengthOf(values [][]byte) int {
	length := 0
	for _, value := range values {
		length += len(value)
	}
	return length
}

// shown is bytes for people: as text where they are text, else in hexadecimal.
func shown(bytes []byte) string {
	some, more := bytes, ""
	if len(bytes) > 64 {
		some, more = bytes[:64], fmt.Sprintf(" … (%d bytes)", len(bytes))
	}
	for rest := some; len(rest) > 0; {
		letter, length := utf8.DecodeRune(rest)
		if letter == utf8.RuneError || !unicode.IsPrint(letter) {
			return fmt.Sprintf("% x%s", some, more)
		}
		rest = rest[length:]
	}
	return fmt.Sprintf("%q%s", some, more)
}
