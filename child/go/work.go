package handover

import (
	"time"

	"handover/internal/link"
	"handover/internal/party"
)

// Work is a value in hand, whose sender waits for what becomes of it. The first word counts. If the process dies without one,
// the value goes to the next receiver.
type Work[T any] struct {
	Value T
	// Attempt is 1 at first, and one more for each attempt that failed: above 1, some of the work may have been done before.
	Attempt int

	stage *Stage
	held  *party.Held
}

// Taken says that the work is done: the sender is released.
func (w *Work[T]) Taken() { w.settle(func() { w.held.Take() }) }

// GiveBack lets the value go, as if nothing had been: it goes back to its old place in line, and no attempt is counted.
func (w *Work[T]) GiveBack() { w.settle(w.held.GiveBack) }

// Fail lets the value go back to its old place in line, and counts the attempt. After as many as the channel allows the value
// becomes a dead letter; where there are none, its send fails with ErrLost. The error is for people: the first 4,000
// characters of it.
func (w *Work[T]) Fail(why error) {
	text := "its code gave no reason"
	if why != nil {
		text = why.Error()
	}
	w.settle(func() { w.held.Abandon(text) })
}

func (w *Work[T]) settle(word func()) { turn(w.stage.link, word) }

func turn(link *link.Link, do func()) { link.Turn(func(*party.Party) { do() }) }

// soon is when a process that ends because of a panic has ended, if it is quick: how it ended says more than that its code was
// left.
const soon = 100 * time.Millisecond

const withoutWord = "its code went on without a word of what became of it"

// within calls the body of a loop, and reports whether that goes on.
func (w *Work[T]) within(body func(*Work[T], error) bool) (goesOn bool) {
	isLeft := true
	defer func() {
		if isLeft {
			time.AfterFunc(soon, func() { w.settle(func() { w.held.Abandon(withoutWord) }) })
		}
	}()
	goesOn = body(w, nil)
	isLeft = false
	if goesOn {
		w.Taken()
	} else {
		w.settle(func() { w.held.Abandon(withoutWord) })
	}
	return goesOn
}
