package handover

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"handover/internal/party"
	"handover/internal/wire"
)

// SendAll sends all values of a sequence, with up to window sends under way at once, and returns how many there were.
//
// Each is over only when its value was taken, and they begin in order. A value is drawn only when there is room for it. When a
// send fails, or the context is done, no further value is drawn, and those under way are withdrawn, the newest first: so an
// older one that has come back is not followed. When a value cannot be sent at all, or the sender is closed meanwhile, what
// is under way goes on.
//
// The error is a [*NotAllTakenError], which says what became of each value that was drawn. A window of less than 1 is
// ErrTopology.
func (s Sender[T]) SendAll(ctx context.Context, values iter.Seq[T], window int) (int, error) {
	if s.end == nil {
		return 0, errNoEnd
	}
	if window < 1 {
		return 0, &SetupError{ErrTopology, fmt.Sprintf("SendAll: the window must be 1 or more, not %d", window)}
	}
	batch := &batch[T]{sender: s, window: window, changed: make(chan struct{}, 1)}
	// The source may panic: nobody waits any more for what is under way.
	defer batch.recall()
	if batch.awaitRoom(ctx) {
		for value := range values {
			if batch.begin(ctx, value); !batch.awaitRoom(ctx) {
				break
			}
		}
	}
	batch.awaitRest(ctx)
	return batch.outcome()
}

// UntakenValue is one that SendAll drew from its source, and that it cannot say was taken.
type UntakenValue struct {
	// Index is how many were drawn before it.
	Index int
	Value any
	// Attempts is how many receivers had it in hand and failed. 0: it was not taken. Above: it may have been.
	Attempts int
}

// NotAllTakenError says what became of each value of a SendAll: every one of the first Drawn that is in neither list was taken.
// It is ErrNotAllTaken.
type NotAllTakenError struct {
	Channel string
	// Drawn is how many values were drawn from the source, and Taken how many of them were taken.
	Drawn, Taken int
	// NotTaken are those that nobody had, and nobody will get; MaybeTaken those that receivers had in hand, and failed. In order.
	NotTaken, MaybeTaken []UntakenValue
	// Err is what failed first.
	Err error
}

func (e *NotAllTakenError) Error() string {
	return fmt.Sprintf("not all was sent on %q: %d taken, %d not taken (see NotTaken), %d perhaps (see MaybeTaken). What failed "+
		"first: %s", e.Channel, e.Taken, len(e.NotTaken), len(e.MaybeTaken), e.Err)
}

// Is reports whether the target is its code.
func (e *NotAllTakenError) Is(target error) bool { return target == ErrNotAllTaken }

// Unwrap is what failed first.
func (e *NotAllTakenError) Unwrap() error { return e.Err }

// batch is a SendAll that has begun. What has its ending is looked at by whoever hears of it, while the source may be at work.
type batch[T any] struct {
	sender Sender[T]
	window int
	// changed: something has ended.
	changed chan struct{}

	mutex    sync.Mutex
	underWay []*sending[T]
	drawn    int
	untaken  []UntakenValue
	// cause is what failed first; nil: nothing has.
	cause error
}

// sending is one of its values.
type sending[T any] struct {
	index int
	value T
	op    *party.Operation
}

func (b *batch[T]) begin(ctx context.Context, value T) {
	to := b.sender.end
	guard, err := to.stage.written(to, value)
	b.mutex.Lock()
	one := &sending[T]{index: b.drawn, value: value}
	b.drawn++
	// While it was drawn, another may have failed.
	if err = cmp.Or(b.cause, err); err != nil {
		b.fail(one, err, 0)
		b.mutex.Unlock()
		return
	}
	one.op = party.NewOperation(patient(ctx, party.Plain), []party.Guard{guard}, func() { b.ended(ctx, one) })
	b.underWay = append(b.underWay, one)
	b.mutex.Unlock()
	to.stage.link.Turn(func(p *party.Party) { p.Begin(one.op) })
}

// awaitRoom waits until another may be drawn, and reports whether that is so: nothing has failed, and the context is not done.
func (b *batch[T]) awaitRoom(ctx context.Context) bool {
	for {
		b.mutex.Lock()
		if b.cause == nil && ctx.Err() != nil {
			b.cause = OperationError{Operation: "send", Channel: b.sender.Channel()}.givenUp(ctx)
		}
		isFine, isFull := b.cause == nil, len(b.underWay) == b.window
		var oldest *party.Operation
		if isFull {
			oldest = b.underWay[0].op
		}
		b.mutex.Unlock()
		if !isFine || !isFull {
			return isFine
		}
		b.sender.end.stage.link.WaitFor(oldest, b.changed, ctx.Done())
	}
}

// awaitRest waits until nothing is under way. A context that is done asks all back.
func (b *batch[T]) awaitRest(ctx context.Context) {
	givenUp := ctx.Done()
	for {
		b.mutex.Lock()
		var oldest *party.Operation
		if len(b.underWay) > 0 {
			oldest = b.underWay[0].op
		}
		b.mutex.Unlock()
		if oldest == nil {
			return
		}
		if !b.sender.end.stage.link.WaitFor(oldest, b.changed, givenUp) {
			givenUp = nil
			b.recall()
		}
	}
}

func (b *batch[T]) ended(ctx context.Context, one *sending[T]) {
	b.mutex.Lock()
	b.underWay = slices.DeleteFunc(b.underWay, func(other *sending[T]) bool { return other == one })
	isLate := false
	if err := b.sender.end.problem(ctx, "send", one.value, one.op.Ending()); err != nil {
		attempts := 0
		switch ending := one.op.Ending().(type) {
		case party.Failed:
			_, isTooLarge := ending.Reason.(wire.TooLarge)
			attempts, isLate = int(ending.Attempts), !isTooLarge
		case party.Withdrawn:
			// What was never begun does not hinder what was sent before.
			attempts, isLate = int(ending.Attempts), ending.Why == party.GivenUp
		}
		b.fail(one, err, attempts)
	}
	b.mutex.Unlock()
	if isLate {
		b.recall()
	}
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

func (b *batch[T]) fail(one *sending[T], err error, attempts int) {
	b.cause = cmp.Or(b.cause, err)
	b.untaken = append(b.untaken, UntakenValue{one.index, one.value, attempts})
}

// recall asks back what is under way, the newest first. Asking again is asking once.
func (b *batch[T]) recall() {
	b.mutex.Lock()
	underWay := slices.Clone(b.underWay)
	b.mutex.Unlock()
	if len(underWay) == 0 {
		return
	}
	b.sender.end.stage.link.Turn(func(p *party.Party) {
		for _, one := range slices.Backward(underWay) {
			p.Recall(one.op)
		}
	})
}

func (b *batch[T]) outcome() (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.cause == nil {
		return b.drawn, nil
	}
	failed := &NotAllTakenError{Channel: b.sender.Channel(), Drawn: b.drawn, Taken: b.drawn - len(b.untaken), Err: b.cause}
	slices.SortFunc(b.untaken, func(one, other UntakenValue) int { return one.Index - other.Index })
	for _, one := range b.untaken {
		if one.Attempts == 0 {
			failed.NotTaken = append(failed.NotTaken, one)
		} else {
			failed.MaybeTaken = append(failed.MaybeTaken, one)
		}
	}
	return b.drawn, failed
}
