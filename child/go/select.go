package handover

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"handover/internal/party"
	"handover/internal/wire"
)

// Select waits on many guards at once, and commits to exactly one (R6): what another did not send is not sent, and what it did
// not receive is still there. Of several that are ready it takes any.
//
//	job, late := jobs.OnReceive(), handover.After(time.Minute)
//	switch chosen, err := handover.Select(ctx, job, late); chosen {
//	case job:
//		… job.Value
//	case late:
//		…
//	default:
//		return err
//	}
//
// The error is one that [Sender.Send] and [Receiver.Receive] have, and then no guard is chosen; but a receive on a channel that
// has ended is chosen.
func Select(ctx context.Context, guards ...Guard) (Guard, error) {
	return choose(ctx, anyReady, guards)
}

// SelectInOrder is [Select], but of several guards that are ready it takes the first in the order in which they are written.
func SelectInOrder(ctx context.Context, guards ...Guard) (Guard, error) {
	return choose(ctx, firstReady, guards)
}

type preference uint8

const (
	anyReady preference = iota
	firstReady
)

// choice is a select that has begun.
type choice struct {
	// tried are the guards of channels that may be chosen, and otherwise what is chosen when none of them is: at once, or at
	// a moment, or never.
	tried     []channelGuard
	otherwise Guard
	when      time.Time
	shape     party.Shape
}

func choose(ctx context.Context, preference preference, guards []Guard) (Guard, error) {
	guards = slices.DeleteFunc(slices.Clone(guards), func(guard Guard) bool { return guard == nil || guard.isAbsent() })
	if len(guards) == 0 {
		return nil, &SetupError{ErrTopology, "select: there is nothing to wait for: every guard is nil"}
	}
	for _, guard := range guards {
		if guard, isChannel := guard.(channelGuard); isChannel && guard.at() == nil {
			return nil, errNoEnd
		}
	}
	choice := choiceOf(preference, guards, time.Now())
	if len(choice.tried) == 0 {
		return choice.wait(ctx)
	}
	return choice.perform(ctx)
}

// choiceOf decides what is tried. A time that has come already is tried, or drawn, like the other guards: what would come
// after it is not tried.
func choiceOf(preference preference, guards []Guard, now time.Time) choice {
	made := choice{shape: party.Choice}
	var ready []Guard
	for _, guard := range guards {
		switch guard := guard.(type) {
		case channelGuard:
			made.tried = append(made.tried, guard)
			ready = append(ready, guard)
		case *TimeGuard:
			moment := guard.moment(now)
			if !moment.After(now) {
				ready = append(ready, guard)
			}
			if _, isOtherwise := made.otherwise.(*OtherwiseGuard); !isOtherwise && (made.otherwise == nil || moment.Before(made.when)) {
				made.otherwise, made.when = guard, moment
			}
		case *OtherwiseGuard:
			made.otherwise, made.when = guard, time.Time{}
		}
	}
	if preference == anyReady {
		rand.Shuffle(len(ready), func(i, j int) { ready[i], ready[j] = ready[j], ready[i] })
	}
	if come := slices.IndexFunc(ready, isTime); come >= 0 {
		made.otherwise, made.when = ready[come], time.Time{}
		if preference == firstReady || come == 0 {
			made.tried = slices.DeleteFunc(made.tried, func(guard channelGuard) bool {
				return !slices.Contains(ready[:come], Guard(guard))
			})
		}
	}
	isPoll := made.otherwise != nil && made.when.IsZero()
	switch {
	case preference == anyReady && isPoll:
		made.shape = party.ChoicePoll
	case preference == firstReady && isPoll:
		made.shape = party.OrderedPoll
	case preference == firstReady:
		made.shape = party.OrderedChoice
	}
	return made
}

func isTime(guard Guard) bool {
	_, isTime := guard.(*TimeGuard)
	return isTime
}

// wait is a choice without channels.
func (c choice) wait(ctx context.Context) (Guard, error) {
	timer := time.NewTimer(max(0, time.Until(c.when)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return c.otherwise, nil
	case <-ctx.Done():
		return nil, OperationError{Operation: "select"}.givenUp(ctx)
	}
}

func (c choice) perform(ctx context.Context) (Guard, error) {
	stage := c.tried[0].at().stage
	timed := ctx
	if !c.when.IsZero() {
		until, cancel := context.WithDeadline(ctx, c.when)
		defer cancel()
		timed = until
	}
	for {
		guards := make([]party.Guard, len(c.tried))
		for i, guard := range c.tried {
			offered, err := guard.offered()
			if err != nil {
				return nil, err
			}
			guards[i] = offered
		}
		chosen, isOver, err := c.chosen(ctx, stage.perform(timed, c.shape, guards...))
		if isOver {
			return chosen, err
		}
	}
}

// chosen is what an ending means; it is not over when a value came that was refused.
func (c choice) chosen(ctx context.Context, ending party.Ending) (chosen Guard, isOver bool, err error) {
	switch ending := ending.(type) {
	case party.Delivered:
		guard := c.tried[ending.Guard]
		if !guard.receive(ending.Held) {
			return nil, false, nil
		}
		if err := guard.at().take(ending.Held); err != nil {
			return nil, true, err
		}
		return guard, true, nil
	case party.Completed:
		return c.tried[ending.Guard], true, nil
	case party.Failed:
		guard := c.tried[ending.Guard]
		operation, value := guard.operation()
		if _, isEnd := ending.Reason.(wire.Ended); isEnd && operation == "receive" {
			guard.end()
			return guard, true, nil
		}
		return nil, true, guard.at().problem(ctx, operation, value, ending)
	case party.Withdrawn:
		return c.withdrawn(ctx, ending)
	case party.Unsendable:
		_, value := c.tried[ending.Guard].operation()
		return nil, true, c.tried[ending.Guard].at().problem(ctx, "send", value, ending)
	}
	return nil, true, c.tried[0].at().problem(ctx, "select", nil, ending)
}

// withdrawn: a value that a receiver failed with may have been taken; then nobody may say that no guard had an effect.
func (c choice) withdrawn(ctx context.Context, ending party.Withdrawn) (Guard, bool, error) {
	guard := c.tried[ending.Guard]
	operation, value := guard.operation()
	switch {
	case ending.Attempts > 0:
		ending.Why = party.Nobody
	case ending.Why == party.Nobody, ending.Why == party.GivenUp && ctx.Err() == nil:
		return c.otherwise, true, nil
	case ending.Why == party.GivenUp:
		operation, value = "select", nil
	}
	return nil, true, guard.at().problem(ctx, operation, value, ending)
}
