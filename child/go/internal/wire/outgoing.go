package wire

import "slices"

// pieceLength is how long a piece is, in bytes. A value that is longer leaves in pieces.
const pieceLength = 65_536

// Outgoing has the words that are on their way out of the process (2.6, 2.7).
//
// A long word leaves in pieces, and others between them. Each concerns some ends and operations: it stays behind each one
// before it that has not left and that concerns one of the same. All others overtake.
//
//	a word that waits is | meaning                                                        | then
//	---------------------|----------------------------------------------------------------|-----------------------------
//	behind               | one before it concerns what it concerns                        | ready; a short one leaves
//	ready                | long: it begins when all short ones that were said before left | going
//	going                | long: it has a number, and its pieces leave in turn            | it has left
type Outgoing struct {
	short   []byte
	waiting []*waiting
	going   []*waiting
}

type state uint8

const (
	behind state = iota
	ready
	going
)

type waiting struct {
	word  Word
	state state
	// Of one that is going: its number, what goes before its next piece, and what is left of its values.
	number    int
	beginning []byte
	rest      [][]byte
}

// HasShort reports whether something is to be written that need not wait for a piece.
func (o *Outgoing) HasShort() bool { return len(o.short) > 0 }

// HasPieces reports whether pieces of long words are still to leave, or what has to stay behind them.
func (o *Outgoing) HasPieces() bool { return len(o.waiting) > 0 }

// Say takes a word.
func (o *Outgoing) Say(word Word) {
	isBehind := slices.ContainsFunc(o.waiting, func(before *waiting) bool { return meet(before.word, word) })
	switch {
	case isBehind:
		o.waiting = append(o.waiting, &waiting{word: word, state: behind})
	case lengthOf(word.values) > pieceLength:
		o.waiting = append(o.waiting, &waiting{word: word, state: ready})
	default:
		o.short = appendFrame(o.short, word.header, word.values)
	}
}

// Short appends all that leaves before the next piece.
func (o *Outgoing) Short(to []byte) []byte {
	to = append(to, o.short...)
	o.short = o.short[:0]
	return to
}

// Next appends the same, and one piece.
func (o *Outgoing) Next(to []byte) []byte {
	to = o.Short(to)
	o.begin()
	if len(o.going) > 0 {
		to = o.piece(to)
	}
	return to
}

func (o *Outgoing) begin() {
	for _, one := range o.waiting {
		if len(o.going) == mostTransfers {
			return
		}
		if one.state == ready {
			one.state, one.number = going, o.free()
			one.beginning = appendBeginning(nil, one.word.header, lengthOf(one.word.values), one.number)
			one.rest = slices.Clone(one.word.values)
			o.going = append(o.going, one)
		}
	}
}

// free is a number that no word has that is going.
func (o *Outgoing) free() int {
	for number := 0; ; number++ {
		if !slices.ContainsFunc(o.going, func(one *waiting) bool { return one.number == number }) {
			return number
		}
	}
}

// piece appends one of each that is going, in turn.
func (o *Outgoing) piece(to []byte) []byte {
	one := o.going[0]
	o.going = o.going[1:]
	piece := one.rest[0][:min(len(one.rest[0]), pieceLength)]
	to = append(to, one.beginning...)
	if len(piece) > 0 {
		to = appendPiece(to, piece, one.number)
	}
	one.beginning, one.rest[0] = nil, one.rest[0][len(piece):]
	if len(one.rest[0]) == 0 {
		one.rest = one.rest[1:]
	}
	if len(one.rest) > 0 {
		o.going = append(o.going, one)
		return to
	}
	o.waiting = slices.DeleteFunc(o.waiting, func(other *waiting) bool { return other == one })
	o.release()
	return to
}

// release is called when one is no more: what stayed behind it alone leaves, or may begin.
func (o *Outgoing) release() {
	before := o.waiting
	o.waiting = nil
	for _, one := range before {
		if one.state == behind {
			o.Say(one.word)
		} else {
			o.waiting = append(o.waiting, one)
		}
	}
}

func meet(one, other Word) bool {
	return slices.ContainsFunc(one.concerns, func(number int64) bool { return slices.Contains(other.concerns, number) })
}
