package handover

import (
	"context"

	"handover/internal/party"
	"handover/internal/wire"
)

// Sender is the right to send values of type T on one channel. When the last Sender is closed, the channel ends.
//
// As with a Go channel, copies of a Sender are the same end, and two are equal when they are. The zero Sender is of no channel.
type Sender[T any] struct{ end *end }

// Send returns when a receiver has taken the value (R1), or a channel with a capacity has it.
//
// The value is read before Send waits: it may be changed as soon as another goroutine does so. Ends of channels inside it leave
// this process with it, and are back when Send fails: for another holder send a [Sender.Clone].
//
// A context that is done asks the value back. While a receiver has it in hand, Send waits for what becomes of that, and
// when it was taken, it was sent (R4). A context that is never done lets the value go directly to the receiver's process, where
// that can be.
//
// The error is an [*OperationError] with the value and the attempts at it. It is
//   - ErrTimedOut or ErrAborted: the context was done first; with more than 0 attempts it may have been taken
//   - ErrEnded: every receiver is closed
//   - ErrBroken: the same, but a receiver did not end well; a [*Failure] in it says how
//   - ErrLost: as many attempts at it as the channel allows have failed; [Failures] in it say how
//   - ErrRefused: the receiver's code cannot read it
//   - ErrNotEncodable, ErrTooLarge: it cannot travel, and nothing was sent
//   - ErrContract: it does not meet the contract of the channel, and nothing was sent; a [*ContractError] in it says where
//   - ErrClosed, ErrMoved: this end was closed here, or given away
//   - ErrLeaving: the process is to come to its end
//
// If this process dies meanwhile, the value vanishes with it, unless a receiver has it in hand.
func (s Sender[T]) Send(ctx context.Context, value T) error {
	ending, err := s.send(ctx, party.Plain, value)
	if err != nil {
		return err
	}
	return s.end.problem(ctx, "send", value, ending)
}

// TrySend sends if a receiver is ready now, and reports whether the value was taken. The error is one that [Sender.Send] has.
func (s Sender[T]) TrySend(value T) (bool, error) {
	ctx := context.Background()
	ending, err := s.send(ctx, party.PlainPoll, value)
	if err != nil || isNobody(ending) {
		return false, err
	}
	err = s.end.problem(ctx, "send", value, ending)
	return err == nil, err
}

// Clone is one more of the same channel; each is closed by itself. The error is ErrClosed, ErrMoved or ErrLeaving.
func (s Sender[T]) Clone() (Sender[T], error) {
	cloned, err := s.end.clone()
	return Sender[T]{cloned}, err
}

// Close gives this end up. What was sent before is still delivered. Closing twice is closing once.
func (s Sender[T]) Close() { s.end.close() }

// Channel is the name of the channel.
func (s Sender[T]) Channel() string { return s.end.channel() }

// Statistics are those of the whole channel, at this moment. The error is ErrTimedOut, ErrAborted, ErrClosed, ErrMoved or
// ErrLeaving.
func (s Sender[T]) Statistics(ctx context.Context) (Statistics, error) { return s.end.statistics(ctx) }

// String is for people.
func (s Sender[T]) String() string { return s.end.String("sender") }

func (s Sender[T]) send(ctx context.Context, shape party.Shape, value T) (party.Ending, error) {
	if s.end == nil {
		return nil, errNoEnd
	}
	guard, err := s.end.stage.written(s.end, value)
	if err != nil {
		return nil, err
	}
	return s.end.stage.perform(ctx, shape, guard), nil
}

func (s Sender[T]) carried() *end  { return s.end }
func (s *Sender[T]) fill(e *end)   { s.end = e }
func (*Sender[T]) side() wire.Side { return wire.Send }
