package party

import (
	"handover/internal/contract"
	"handover/internal/wire"
)

// End is one end of a channel in this process; the Senders or Receivers that share it are its copies.
//
//	state   | meaning
//	--------|------------------------------------------------------------------------
//	open    | it may be used
//	closing | its last copy was closed, and operations that were begun before go first
//	closed  | this process has it no more: the supervisor knows that it is closed or moved
//	left    | the process is about to end, and leaves it to its stage
type End struct {
	number  int64
	side    wire.Side
	channel string
	// contract is that of an end that sends; nil: its channel has none.
	contract *contract.Contract
	state    endState
	copies   int
	// travelling is how many of the copies are inside values on their way.
	travelling int
	// offered and offeredBytes are those of plain operations that are at the supervisor.
	offered, offeredBytes int
	// choices is how many selects that name the end are under way, and largeBytes what their large values have.
	choices, largeBytes int
	// held is what is kept back until there is room in the window, oldest first.
	held []*Operation
	// path is where its plain operations go instead, while its channel has a direct link.
	path *path
}

type endState uint8

const (
	endOpen endState = iota
	endClosing
	endClosed
	endLeft
)

// isInUse reports whether the code has a copy that it can use.
func (e *End) isInUse() bool { return e.copies > e.travelling }

func (e *End) isIdle() bool { return e.offered == 0 && e.choices == 0 && len(e.held) == 0 }

// hasRoom reports whether the window has room for one more (6.1).
func (e *End) hasRoom(settings wire.Settings) bool {
	return e.offered == 0 ||
		int64(e.offered) < settings.WindowOperations && int64(e.offeredBytes) < settings.WindowBytes
}
