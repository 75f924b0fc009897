// Package party has the operations and the ends of this process, as docs/protocol.md has them in 4, 6 and 7. It decides
// nothing: it asks the supervisor. It is without goroutines, without clock and without I/O: who uses it calls one method
// after the other, writes what it says, and then tells who waits.
//
// Rules of this package
//   - An operation has one ending, and only the supervisor decides it. Who gives up asks for a withdrawal; a delivery or a
//     completion that crosses the question wins (R4).
//   - What an end has at the supervisor is bounded by the window; the rest is held back here, in order (R5). A select waits
//     behind nothing, for it may be the one that lets the others go on; except that those with large values for one and the
//     same end wait for each other.
//   - The ends in a value leave the code when their send begins, and are back if it fails.
//   - An end's close follows all that was begun on it before; a receiving end's waiting operations are withdrawn first. An
//     end that is inside a value on its way is closed only when the value was taken, or is back.
//   - While the channel of an end has a direct link, its plain operations are the link's (see the package direct).
package party

import (
	"fmt"

	"handover/internal/contract"
	"handover/internal/wire"
)

// Party is all that this process has of channels.
type Party struct {
	settings wire.Settings
	say      func(wire.Word)
	phase    phase
	ends     []*End
	// underWay are the operations that have begun and not ended, oldest first; offered those at the supervisor.
	underWay []*Operation
	offered  map[int64]*Operation
	hand     map[int64]*Held
	queries  map[int64]*Query
	told     []func()
	// paths are the direct links that are not over, by their numbers, and polls the choices that wait for the end of one.
	pipes Pipes
	paths map[int64]*path
	polls []*Operation
	// contracts are those of ends that come with the next value.
	contracts map[int64]string

	lastOp, lastQuery, nextEnd int64
}

type phase uint8

const (
	working phase = iota
	retiring
	closing // the process is about to end, and with it its ends
	leaving // the same, but another process goes on with them
)

// New makes one that has no ends.
func New(settings wire.Settings, say func(wire.Word), pipes Pipes) *Party {
	return &Party{
		settings:  settings,
		say:       say,
		pipes:     pipes,
		paths:     make(map[int64]*path),
		offered:   make(map[int64]*Operation),
		hand:      make(map[int64]*Held),
		queries:   make(map[int64]*Query),
		contracts: make(map[int64]string),
		nextEnd:   wire.FirstOwnEnd,
	}
}

// Settings are those of its link.
func (p *Party) Settings() wire.Settings { return p.settings }

// Told are the operations that have ended since it was last asked: to be called when all that was said has left.
func (p *Party) Told() []func() {
	told := p.told
	p.told = nil
	return told
}

// Given is an end that the supervisor gave, by its number; with 0, one that an earlier process of the stage has closed.
func (p *Party) Given(passed wire.PassedEnd) *Copy {
	end := &End{number: passed.End, side: passed.Side, channel: passed.Channel, copies: 1}
	if passed.Side == wire.Send && passed.Contract != "" {
		end.contract = &contract.Contract{Text: passed.Contract}
	}
	if passed.End == 0 {
		end.state = endClosed
		return &Copy{party: p, end: end, state: copyClosed}
	}
	p.ends = append(p.ends, end)
	return &Copy{party: p, end: end}
}

// Begin begins an operation. One that cannot begin, or was recalled before, has ended.
func (p *Party) Begin(op *Operation) {
	if op.state == ended {
		return
	}
	if ending := p.refusal(op); ending != nil {
		p.tell(op, ending)
		return
	}
	// The longest number is as long as any: its header fits whatever its number is.
	op.number = 1 << 52
	if _, fits := op.offer(); !fits {
		p.tell(op, TooManyGuards{})
		return
	}
	for _, guard := range op.guards {
		for _, carried := range guard.Carried {
			carried.depart(fmt.Sprintf("the receiver of %q", guard.Copy.Channel()))
		}
	}
	p.underWay = append(p.underWay, op)
	if op.shape.isChoice() {
		p.beginChoice(op)
	} else {
		p.beginPlain(op)
	}
}

// refusal is why an operation cannot begin; nil when it can.
func (p *Party) refusal(op *Operation) Ending {
	if p.phase > retiring || p.phase == retiring && !op.sends() {
		return Withdrawn{Why: Leaving}
	}
	bytes := 0
	for i, guard := range op.guards {
		if ending, isWithdrawn := guard.Copy.Unusable().(Withdrawn); isWithdrawn {
			ending.Guard = i
			return ending
		}
		for _, carried := range guard.Carried {
			if what := carried.Unfit(p); what != "" {
				return Unsendable{i, what}
			}
		}
		if bytes += len(guard.Value); int64(bytes) > p.settings.MaxValueBytes {
			return Failed{Guard: i, Reason: wire.TooLarge{Bytes: int64(bytes)}}
		}
	}
	return nil
}

// Recall asks an operation back, for its caller waits no longer.
func (p *Party) Recall(op *Operation) { p.recall(op, Withdrawn{Why: GivenUp}) }

// Open makes a channel of the supervisor. The sender for its dead letters moves to it; nil: there are none.
func (p *Party) Open(name string, terms wire.Terms, letters *Copy) (sender, receiver *Copy) {
	number := p.nextEnd
	p.nextEnd += 2
	if name == "" {
		name = fmt.Sprintf("channel %d of %s", (number-wire.FirstOwnEnd)/2+1, p.settings.Stage)
	}
	if letters != nil {
		terms.DeadLetters = letters.Number()
	}
	p.say(wire.Open(number, number+1, name, terms))
	if letters != nil {
		letters.depart(fmt.Sprintf("channel %q, for its dead letters", name))
		letters.arrive()
	}
	return p.Given(wire.PassedEnd{End: number, Side: wire.Send, Channel: name, Contract: terms.Contract}),
		p.Given(wire.PassedEnd{End: number + 1, Side: wire.Receive, Channel: name})
}

// Expects says against which contract of an end the process was built.
func (p *Party) Expects(of *Copy, text string) { p.say(wire.Expects(of.Number(), text)) }

// Query is a question to the supervisor, which it answers at once.
type Query struct {
	Statistics wire.Statistics
	tell       func()
}

// Inspect asks for the statistics of the channel of an end. When they are there, it is told.
func (p *Party) Inspect(of *Copy, tell func()) *Query {
	p.lastQuery++
	query := &Query{tell: tell}
	p.queries[p.lastQuery] = query
	if path := of.end.path; path != nil {
		p.tellPath(path, path.Tell)
	}
	p.say(wire.Inspect(p.lastQuery, of.Number()))
	return query
}
