package handover

import (
	"context"
	"errors"
	"iter"

	"handover/internal/party"
	"handover/internal/wire"
)

// Receiver is the right to receive values of type T on one channel. Each value goes to one receiver (R2). When the last Receiver
// is closed, senders fail at once and get their values back.
//
// As with a Go channel, copies of a Receiver are the same end, and two are equal when they are. The zero Receiver is of no
// channel.
type Receiver[T any] struct{ end *end }

// Receive is the next value; its sender is released at that moment: if this process dies after it, the value is gone. Ends of
// channels inside the value are yours now: close them when they are not needed any more.
//
// A value that cannot be read as a T is refused, its sender is told why, and Receive waits for the next.
//
// The error is an [*OperationError]. It is
//   - ErrEnded: every sender is closed, and all was taken
//   - ErrBroken: the same, but a sender did not end well; a [*Failure] in it says how
//   - ErrTimedOut or ErrAborted: the context was done first, and nothing was received
//   - ErrClosed, ErrMoved: this end was closed here, or given away, also while this waited
//   - ErrLeaving: the process is to come to its end
func (r Receiver[T]) Receive(ctx context.Context) (T, error) {
	value, held, err := next[T](ctx, r.end, party.Plain)
	if err == nil {
		err = r.end.take(held)
	}
	return value, err
}

// TryReceive is the next value if one is there now, and reports whether. The error is one that [Receiver.Receive] has.
func (r Receiver[T]) TryReceive() (T, bool, error) {
	value, held, err := next[T](context.Background(), r.end, party.PlainPoll)
	if held == nil {
		return value, false, err
	}
	err = r.end.take(held)
	return value, err == nil, err
}

// All is values until the channel ends. An error, other than that end, comes with the last pair. Leaving the loop early leaves
// the receiver open.
//
//	for line, err := range lines.All(ctx) {
//		if err != nil {
//			return err
//		}
//		…
//	}
func (r Receiver[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			value, err := r.Receive(ctx)
			if errors.Is(err, ErrEnded) || !yield(value, err) || err != nil {
				return
			}
		}
	}
}

// Extended is values until the channel ends, each in hand until the body of the loop is done with it: only then is its sender
// released (an extended rendezvous). An error, other than that end, comes with the last pair, and no work.
//
// If the process dies in the middle, the value goes to the next receiver: work has to be such that it can be done again. A
// body that is left in the middle, by break, return or a panic, has failed on its value, which goes back to its old place in
// line; say Taken before a break that comes after the work.
func (r Receiver[T]) Extended(ctx context.Context) iter.Seq2[*Work[T], error] {
	return func(yield func(*Work[T], error) bool) {
		for {
			work, err := r.work(ctx)
			switch {
			case errors.Is(err, ErrEnded):
				return
			case err != nil:
				yield(nil, err)
				return
			case !work.within(yield):
				return
			}
		}
	}
}

// Clone is one more of the same channel; each is closed by itself. The error is ErrClosed, ErrMoved or ErrLeaving.
func (r Receiver[T]) Clone() (Receiver[T], error) {
	cloned, err := r.end.clone()
	return Receiver[T]{cloned}, err
}

// Close gives this end up; a Receive on it comes back with ErrClosed. Closing twice is closing once.
func (r Receiver[T]) Close() { r.end.close() }

// Channel is the name of the channel.
func (r Receiver[T]) Channel() string { return r.end.channel() }

// Statistics are those of the whole channel, at this moment. The error is ErrTimedOut, ErrAborted, ErrClosed, ErrMoved or
// ErrLeaving.
func (r Receiver[T]) Statistics(ctx context.Context) (Statistics, error) {
	return r.end.statistics(ctx)
}

// String is for people.
func (r Receiver[T]) String() string { return r.end.String("receiver") }

func (r Receiver[T]) work(ctx context.Context) (*Work[T], error) {
	value, held, err := next[T](ctx, r.end, party.Extended)
	if err != nil {
		return nil, err
	}
	return &Work[T]{Value: value, Attempt: int(held.Attempt()), stage: r.end.stage, held: held}, nil
}

func (r Receiver[T]) carried() *end  { return r.end }
func (r *Receiver[T]) fill(e *end)   { r.end = e }
func (*Receiver[T]) side() wire.Side { return wire.Receive }
