// Package direct has the two sides of a direct link, and what is said on it (docs/protocol.md, 14). Each side is a table:
// what happens is said by calling a method, and what is then to be done is what Effects has, in that order. It knows no
// descriptor, no goroutine and no clock.
package direct

// Op is an operation of the process, whatever that has for one: two are the same when they are equal.
type Op any

// Effect is something that is to be done: one of the types below.
type Effect interface{ isEffect() }

// What the supervisor is told.
type (
	// Met: the link has begun here.
	Met struct{}
	// Parted: it is over here.
	Parted struct{}
	// Flow: so many values were taken over it, and so much waits.
	Flow struct{ Taken, Senders, Receivers int64 }
	// Relay: the operation is for the supervisor to decide: it is offered, with a number of its own.
	Relay struct{ Op Op }
	// AskBack: the operation is withdrawn, and may be offered again.
	AskBack struct{ Op Op }
	// GiveUp: the end is closed.
	GiveUp struct{}
)

// What becomes of an operation.
type (
	// Complete: its value was taken.
	Complete struct{ Op Op }
	// Reject: the receiver cannot read its value.
	Reject struct {
		Op  Op
		Why string
	}
	// Return: it has come back, and nothing came of it.
	Return struct{ Op Op }
	// Give: a value has come for that guard of it.
	Give struct {
		Op    Op
		Guard int
		Value []byte
	}
)

// What is done with the pipes.
type (
	// Write: a value is written.
	Write struct{ Value []byte }
	// Answer: the first value that was not answered is.
	Answer struct{ Bytes []byte }
	// Shut: the pipe that is written is closed; what had not left, need not.
	Shut struct{}
	// Close: when all that is to be written has left, or cannot, both are closed, and Closed is called.
	Close struct{}
	// Look: what has come by now is read, and then Looked is called.
	Look struct{}
)

// Wake: the alarm rings after so many milliseconds.
type Wake struct {
	Milliseconds int
	Alarm        Alarm
}

// Over: the end has no link any more; what begins there is the supervisor's to decide.
type Over struct{}

func (Met) isEffect()      {}
func (Parted) isEffect()   {}
func (Flow) isEffect()     {}
func (Relay) isEffect()    {}
func (AskBack) isEffect()  {}
func (GiveUp) isEffect()   {}
func (Complete) isEffect() {}
func (Reject) isEffect()   {}
func (Return) isEffect()   {}
func (Give) isEffect()     {}
func (Write) isEffect()    {}
func (Answer) isEffect()   {}
func (Shut) isEffect()     {}
func (Close) isEffect()    {}
func (Look) isEffect()     {}
func (Wake) isEffect()     {}
func (Over) isEffect()     {}

// Alarm says to who set it what it is about.
type Alarm struct {
	about about
	op    Op
	turn  int
}

type about uint8

const (
	joining about = iota
	polling
	ending
	flowing
)

// In milliseconds.
const (
	// What is held back for a link to begin waits no longer than that for the next of those that are outstanding.
	joinPatience = 100
	// PollPatience is how long a poll waits for a link to end.
	PollPatience = 100
	// Of a receiver that is gone, somebody else may hold the pipe.
	endPatience = 2_000
	// So old is what the supervisor knows at most.
	flowInterval = 200
)

// effects are what is to be done, oldest first.
type effects struct{ due []Effect }

func (e *effects) do(some ...Effect) { e.due = append(e.due, some...) }

// Effects are what is to be done since it was last asked.
func (e *effects) Effects() []Effect {
	due := e.due
	e.due = nil
	return due
}
