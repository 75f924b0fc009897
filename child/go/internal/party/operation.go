package party

import "handover/internal/wire"

// Operation is one send, receive or select, from the call to its one ending.
//
//	state    | meaning                                                 | may end by
//	---------|---------------------------------------------------------|-------------------------------------
//	held     | not offered yet: the window of its end is full          | a recall; else it is offered
//	offered  | at the supervisor                                       | its one ending
//	recalled | at the supervisor, which was asked to give it back      | its one ending: withdrawn, or another
//	ended    | it has its ending                                       |
type Operation struct {
	guards []Guard
	shape  Shape
	tell   func()

	state  operationState
	number int64
	// recall is its ending when it comes back.
	recall Withdrawn
	ending Ending
	// large are the bytes of the large values of a select, by their ends.
	large map[*End]int
}

type operationState uint8

const (
	held operationState = iota
	offered
	recalled
	ended
)

// Shape is what an operation is.
type Shape uint8

// The shapes of operations.
const (
	Plain         Shape = iota // a send or a receive, which waits
	Timed                      // the same, and a time or a signal may end that
	PlainPoll                  // the same, if somebody is ready now
	Extended                   // a receive whose value is in hand while code works on it
	Choice                     // a select, of any of the ready guards
	ChoicePoll                 // the same, if one is ready now
	OrderedChoice              // a select, of the first of the ready guards
	OrderedPoll                // the same, if one is ready now
)

func (s Shape) isPoll() bool   { return s == PlainPoll || s == ChoicePoll || s == OrderedPoll }
func (s Shape) isChoice() bool { return s >= Choice }

// Guard receives on an end; with a value, it sends on it.
type Guard struct {
	Copy *Copy
	// Value is nil for a receive.
	Value []byte
	// Carried are the ends that the value has with it.
	Carried []*Copy
}

func (g Guard) end() *End { return g.Copy.end }

// Ending is how an operation ended: one of the types below.
type Ending interface{ isEnding() }

// Delivered: a value came for a receive. It waits for what becomes of it.
type Delivered struct {
	Guard int
	Held  *Held
}

// Completed: a send is done.
type Completed struct{ Guard int }

// Withdrawn: it came back, or never began. With more than 0 attempts, the value of the guard may have been taken.
type Withdrawn struct {
	Why      Why
	Owner    string
	Guard    int
	Attempts int64
}

// Failed: it cannot come to pass.
type Failed struct {
	Guard    int
	Attempts int64
	Reason   wire.Reason
}

// Unsendable: a value carries an end that cannot go with it any more. It never began.
type Unsendable struct {
	Guard int
	What  string
}

// TooManyGuards: one message cannot name so many. It never began.
type TooManyGuards struct{}

func (Delivered) isEnding()     {}
func (Completed) isEnding()     {}
func (Withdrawn) isEnding()     {}
func (Failed) isEnding()        {}
func (Unsendable) isEnding()    {}
func (TooManyGuards) isEnding() {}

// Why an operation came back.
type Why uint8

// The reasons for which operations come back.
const (
	Nobody    Why = iota // it was a poll, and nobody was ready
	GivenUp              // its caller waits no longer
	EndClosed            // the end was closed here
	EndMoved             // the end was given away
	Leaving              // the process is to come to its end
)

// NewOperation makes one that has not begun. When it has ended, and all that had to be said first has left, it is told.
func NewOperation(shape Shape, guards []Guard, tell func()) *Operation {
	return &Operation{shape: shape, guards: guards, tell: tell}
}

// Ending is that of an operation that was told.
func (o *Operation) Ending() Ending { return o.ending }

// HasEnded reports whether it has its ending.
func (o *Operation) HasEnded() bool { return o.state == ended }

func (o *Operation) sends() bool {
	for _, guard := range o.guards {
		if guard.Value != nil {
			return true
		}
	}
	return false
}

func (o *Operation) bytes() int {
	bytes := 0
	for _, guard := range o.guards {
		bytes += len(guard.Value)
	}
	return bytes
}

func (o *Operation) offer() (wire.Word, bool) {
	guards := make([]wire.Guard, len(o.guards))
	for i, guard := range o.guards {
		guards[i] = wire.Guard{End: guard.Copy.Number(), Value: guard.Value}
		for _, carried := range guard.Carried {
			guards[i].Ends = append(guards[i].Ends, carried.Number())
		}
	}
	return wire.Offer(o.number, o.kind(), guards)
}

// kind has the flag for priority for each choice with a single guard, which is one only by that (3.8).
func (o *Operation) kind() wire.Kind {
	var kind wire.Kind
	if o.shape.isPoll() {
		kind |= wire.Poll
	}
	isOrdered := o.shape == OrderedChoice || o.shape == OrderedPoll
	if isOrdered || o.shape.isChoice() && len(o.guards) == 1 {
		kind |= wire.Ordered
	}
	return kind
}
