package handover

import (
	"context"
	"fmt"

	"handover/internal/party"
	"handover/internal/wire"
)

// Overflow is what a send does when a channel with a capacity is full.
type Overflow string

// What a send may do then.
const (
	Block      Overflow = "block"       // it waits
	DropNewest Overflow = "drop-newest" // its value is dropped
	DropOldest Overflow = "drop-oldest" // the oldest value that is in nobody's hand is dropped
)

// Terms are those of a channel. The zero Terms are those of a rendezvous.
type Terms[T any] struct {
	// Name is for people, and need not be unique; "": one is made.
	Name string
	// Capacity is how many values the channel itself holds, up to 1,024. 0: every send waits for a receiver.
	Capacity int
	// Overflow is what a send does when they are full; "" is [Block].
	Overflow Overflow
	// MaxAttempts is how many attempts at one value may fail; 0 is 3.
	MaxAttempts int
	// DeadLetters is where values go that nobody can handle. The sender moves to the new channel. The zero Sender: they fail their send.
	DeadLetters Sender[DeadLetter[T]]
	// Contract is a JSON Schema that each value meets, or it is refused where it is sent; "": anything may be sent.
	Contract string
}

// DeadLetter is a value that nobody could handle, and how that was tried.
type DeadLetter[T any] struct {
	Value T `json:"value"`
	// Channel is the name of the channel that it was on.
	Channel string `json:"channel"`
	// Attempts is how many failed there, and Failures how; of more than 16 the first and the last ones.
	Attempts int       `json:"attempts"`
	Failures []Failure `json:"failures"`
}

const (
	mostCapacity     = 1024
	usualMaxAttempts = 3
)

// Open makes a channel of the supervisor. Its ends can go to other processes inside values; a process that ends gives up those
// that it has.
//
// The error is ErrTopology where the terms make no channel, and ErrClosed, ErrMoved where the sender for dead letters cannot be
// used, or ErrLeaving.
func Open[T any](stage *Stage, terms Terms[T]) (Sender[T], Receiver[T], error) {
	said, err := terms.said()
	if err != nil {
		return Sender[T]{}, Receiver[T]{}, err
	}
	letters := terms.DeadLetters.end
	var sender, receiver *party.Copy
	stage.link.Turn(func(p *party.Party) {
		var copy *party.Copy
		if letters != nil {
			if why := letters.copy.Unusable(); why != nil {
				err = letters.problem(context.Background(), "give", nil, why)
				return
			}
			copy = letters.copy
		}
		sender, receiver = p.Open(terms.Name, said, copy)
	})
	if err != nil {
		return Sender[T]{}, Receiver[T]{}, err
	}
	return Sender[T]{&end{stage, sender}}, Receiver[T]{&end{stage, receiver}}, nil
}

func (t Terms[T]) said() (wire.Terms, error) {
	said := wire.Terms{Capacity: t.Capacity, Overflow: string(t.Overflow), MaxAttempts: t.MaxAttempts, Contract: t.Contract}
	if t.Overflow == "" {
		said.Overflow = string(Block)
	}
	if t.MaxAttempts == 0 {
		said.MaxAttempts = usualMaxAttempts
	}
	which := "a channel"
	if t.Name != "" {
		which = fmt.Sprintf("channel %q", t.Name)
	}
	wrong := func(format string, args ...any) (wire.Terms, error) {
		return said, &SetupError{ErrTopology, which + ": " + fmt.Sprintf(format, args...)}
	}
	switch overflow := Overflow(said.Overflow); {
	case t.Capacity < 0:
		return wrong("Capacity must be 0 or more, not %d", t.Capacity)
	case t.Capacity > mostCapacity:
		return wrong("a stage can give a channel a Capacity of at most %d, not %d. Let the program of the supervisor make it",
			mostCapacity, t.Capacity)
	case overflow != Block && overflow != DropNewest && overflow != DropOldest:
		return wrong("Overflow must be Block, DropNewest or DropOldest, not %q", overflow)
	case overflow != Block && t.Capacity == 0:
		return wrong("Overflow %q needs a Capacity of 1 or more: a rendezvous holds nothing", overflow)
	case said.MaxAttempts < 0:
		return wrong("MaxAttempts must be 1 or more, not %d", t.MaxAttempts)
	}
	return said, nil
}
