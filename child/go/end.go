package handover

import (
	"context"
	"fmt"

	"handover/internal/party"
)

// end is what a Sender or a Receiver refers to; copies of either are the same end.
type end struct {
	stage *Stage
	copy  *party.Copy
}

func (e *end) channel() string {
	if e == nil {
		return ""
	}
	return e.copy.Channel()
}

func (e *end) String(word string) string {
	if e == nil {
		return fmt.Sprintf("the %s of no channel", word)
	}
	return fmt.Sprintf("the %s of %q", word, e.copy.Channel())
}

func (e *end) close() {
	if e != nil {
		e.stage.link.Turn(func(*party.Party) { e.copy.Close() })
	}
}

func (e *end) clone() (cloned *end, err error) {
	if e == nil {
		return nil, errNoEnd
	}
	e.stage.link.Turn(func(*party.Party) {
		if why := e.copy.Unusable(); why != nil {
			err = e.problem(context.Background(), "clone", nil, why)
			return
		}
		cloned = &end{e.stage, e.copy.Clone()}
	})
	return cloned, err
}

func (e *end) statistics(ctx context.Context) (Statistics, error) {
	if e == nil {
		return Statistics{}, errNoEnd
	}
	var query *party.Query
	var why party.Ending
	done := make(chan struct{})
	e.stage.link.Turn(func(p *party.Party) {
		if why = e.copy.Unusable(); why == nil {
			query = p.Inspect(e.copy, func() { close(done) })
		}
	})
	if why == nil && !e.stage.link.Wait(done, ctx.Done()) {
		why = party.Withdrawn{Why: party.GivenUp}
	}
	if why != nil {
		return Statistics{}, e.problem(ctx, "inspect", nil, why)
	}
	return statisticsOf(query.Statistics), nil
}

// perform brings one operation to its ending. A context that is done asks it back; what has come to pass by then, wins.
func (s *Stage) perform(ctx context.Context, shape party.Shape, guards ...party.Guard) party.Ending {
	if ctx.Err() != nil {
		return party.Withdrawn{Why: party.GivenUp}
	}
	done := make(chan struct{})
	op := party.NewOperation(patient(ctx, shape), guards, func() { close(done) })
	s.link.Turn(func(p *party.Party) { p.Begin(op) })
	if !s.link.WaitFor(op, done, ctx.Done()) {
		s.link.Turn(func(p *party.Party) { p.Recall(op) })
		s.link.Wait(done, nil)
	}
	return op.Ending()
}

// patient is the shape of an operation which the context may end, or not.
func patient(ctx context.Context, shape party.Shape) party.Shape {
	if shape == party.Plain && ctx.Done() != nil {
		return party.Timed
	}
	return shape
}

// next is the next value for a receiver, which is in hand. What cannot be read is refused, and it goes on waiting.
func next[T any](ctx context.Context, e *end, shape party.Shape) (value T, held *party.Held, err error) {
	if e == nil {
		return value, nil, errNoEnd
	}
	for {
		ending := e.stage.perform(ctx, shape, party.Guard{Copy: e.copy})
		delivered, isThere := ending.(party.Delivered)
		if !isThere {
			return value, nil, e.problem(ctx, "receive", nil, ending)
		}
		if value, isRead := read[T](e.stage, delivered.Held); isRead {
			return value, delivered.Held, nil
		}
	}
}

// take says that code has a value that was in hand.
func (e *end) take(held *party.Held) (err error) {
	e.stage.link.Turn(func(*party.Party) {
		if !held.Take() {
			err = e.problem(context.Background(), "receive", nil, party.Withdrawn{Why: party.Leaving})
		}
	})
	return err
}
