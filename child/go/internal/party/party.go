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
package party

import (
	"fmt"
	"slices"

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
func New(settings wire.Settings, say func(wire.Word)) *Party {
	return &Party{
		settings: settings,
		say:      say,
		offered:  make(map[int64]*Operation),
		hand:     make(map[int64]*Held),
		queries:  make(map[int64]*Query),
		nextEnd:  wire.FirstOwnEnd,
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

// ── what code does ────────────────────────────────────────────────────────────────────────────────────────────────────

// Given is an end that the supervisor gave, by its number; with 0, one that an earlier process of the stage has closed.
func (p *Party) Given(passed wire.PassedEnd) *Copy {
	end := &End{number: passed.End, side: passed.Side, channel: passed.Channel, copies: 1}
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
	return p.Given(wire.PassedEnd{End: number, Side: wire.Send, Channel: name}),
		p.Given(wire.PassedEnd{End: number + 1, Side: wire.Receive, Channel: name})
}

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
	p.say(wire.Inspect(p.lastQuery, of.Number()))
	return query
}

// ── what the supervisor says ──────────────────────────────────────────────────────────────────────────────────────────

// Hear deals with a message. What is about an operation that it does not know, has crossed something. The error is a
// *wire.ProtocolError.
func (p *Party) Hear(message wire.Message) error {
	if op, guard := p.concerned(message); op != nil && guard >= int64(len(op.guards)) {
		return &wire.ProtocolError{Problem: fmt.Sprintf("operation %d has no guard %d", op.number, guard)}
	}
	switch message := message.(type) {
	case wire.Deliver:
		p.delivered(message)
	case wire.Completed:
		p.completed(message)
	case wire.Withdrawn:
		p.withdrawn(message)
	case wire.Failed:
		p.end(p.offered[message.Op], Failed{int(message.Guard), message.Attempts, message.Reason})
	case wire.Inspected:
		p.inspected(message)
	}
	return nil
}

// concerned is the operation that a message is about, and the guard that it names.
func (p *Party) concerned(message wire.Message) (*Operation, int64) {
	switch message := message.(type) {
	case wire.Deliver:
		return p.offered[message.Op], message.Guard
	case wire.Completed:
		return p.offered[message.Op], message.Guard
	case wire.Withdrawn:
		return p.offered[message.Op], message.Guard
	case wire.Failed:
		return p.offered[message.Op], message.Guard
	}
	return nil, 0
}

// Retire: the process is to finish what it has, for another to take its place. It is given nothing new.
func (p *Party) Retire() {
	if p.phase != working {
		return
	}
	p.phase = retiring
	for _, op := range slices.Clone(p.underWay) {
		if !op.sends() {
			p.recall(op, Withdrawn{Why: Leaving})
		}
	}
}

// WindDown: the process is to come to its end. What was sent before is still delivered; what waits to receive is
// withdrawn, and what is in hand goes back. What code begins from now on has ended. The ends are closed, unless another
// process goes on with them.
func (p *Party) WindDown() {
	if p.phase > retiring {
		return
	}
	isFollowed := p.phase == retiring || p.settings.Restart == "always"
	p.phase = closing
	if isFollowed {
		p.phase = leaving
	}
	for _, end := range slices.Clone(p.ends) {
		if !isFollowed {
			p.closeEnd(end)
		} else if end.state == endOpen {
			end.state = endLeft
			p.recallReceives(end)
		}
	}
	for _, held := range p.hand {
		held.GiveBack()
	}
}

// ── operations ────────────────────────────────────────────────────────────────────────────────────────────────────────

func (p *Party) beginPlain(op *Operation) {
	end := op.guards[0].end()
	switch {
	case len(end.held) == 0 && end.hasRoom(p.settings):
		p.offer(op)
	case op.shape.isPoll():
		p.end(op, Withdrawn{Why: Nobody})
	default:
		end.held = append(end.held, op)
	}
}

// small is how many bytes a value has that does not count as a large one (6.2).
const small = 4096

func (p *Party) beginChoice(op *Operation) {
	op.large = make(map[*End]int)
	for _, guard := range op.guards {
		guard.end().choices++
		if len(guard.Value) >= small {
			op.large[guard.end()] += len(guard.Value)
		}
	}
	switch {
	case p.choiceHasRoom(op):
		p.offer(op)
	case op.shape.isPoll():
		p.end(op, Withdrawn{Why: Nobody})
	}
}

func (p *Party) choiceHasRoom(op *Operation) bool {
	for end := range op.large {
		if end.largeBytes > 0 && int64(end.largeBytes) >= p.settings.WindowBytes {
			return false
		}
	}
	return true
}

func (p *Party) offer(op *Operation) {
	p.lastOp++
	op.number, op.state = p.lastOp, offered
	p.offered[op.number] = op
	if op.shape.isChoice() {
		for end, bytes := range op.large {
			end.largeBytes += bytes
		}
	} else {
		end := op.guards[0].end()
		end.offered++
		end.offeredBytes += op.bytes()
	}
	word, _ := op.offer()
	p.say(word)
}

// recall asks an operation back; its ending says whether it came, and then for what reason.
func (p *Party) recall(op *Operation, reason Withdrawn) {
	switch {
	case op.state == held:
		p.end(op, reason)
	case op.state == offered && !op.shape.isPoll():
		op.state, op.recall = recalled, reason
		p.say(wire.Withdraw(op.number))
	}
}

// recallOn asks back what waits on an end that can be used no more.
func (p *Party) recallOn(end *End, reason Withdrawn) {
	for _, op := range slices.Clone(p.underWay) {
		guard := slices.IndexFunc(op.guards, func(guard Guard) bool { return guard.end() == end })
		if guard >= 0 {
			reason.Guard = guard
			p.recall(op, reason)
		}
	}
}

func (p *Party) delivered(message wire.Deliver) {
	op := p.offered[message.Op]
	isWanted := op != nil && (p.phase == working || p.phase == retiring && op.sends())
	if !isWanted {
		p.say(wire.Returned(message.Op))
		for _, passed := range message.Ends {
			p.say(wire.Close(passed.End))
		}
		p.end(op, Withdrawn{Why: Leaving})
		return
	}
	value := &Held{party: p, op: message.Op, value: message.Value, attempt: message.Attempt, left: true}
	for _, passed := range message.Ends {
		value.carried = append(value.carried, p.Given(passed))
	}
	p.hand[message.Op] = value
	p.end(op, Delivered{int(message.Guard), value})
}

func (p *Party) completed(message wire.Completed) {
	op := p.offered[message.Op]
	if op == nil {
		return
	}
	for _, carried := range op.guards[message.Guard].Carried {
		carried.arrive()
	}
	p.end(op, Completed{int(message.Guard)})
}

func (p *Party) withdrawn(message wire.Withdrawn) {
	op := p.offered[message.Op]
	if op == nil {
		return
	}
	// That of a poll, which was not recalled, is that there was nobody.
	reason := op.recall
	if reason.Attempts = message.Attempts; reason.Attempts > 0 {
		reason.Guard = int(message.Guard)
	}
	p.end(op, reason)
}

func (p *Party) inspected(message wire.Inspected) {
	if query := p.queries[message.Query]; query != nil {
		delete(p.queries, message.Query)
		query.Statistics = message.Statistics
		p.told = append(p.told, query.tell)
	}
}

// end gives an operation its one ending: first everything is in order, then its code is told.
func (p *Party) end(op *Operation, ending Ending) {
	if op == nil || op.state == ended {
		return
	}
	was := op.state
	delete(p.offered, op.number)
	p.underWay = slices.DeleteFunc(p.underWay, func(other *Operation) bool { return other == op })
	for _, guard := range op.guards {
		for _, carried := range guard.Carried {
			carried.comeBack()
		}
	}
	p.tell(op, ending)
	if op.shape.isChoice() {
		p.leaveChoice(op, was)
	} else {
		p.leavePlain(op, was)
	}
}

func (p *Party) tell(op *Operation, ending Ending) {
	op.state, op.ending = ended, ending
	p.told = append(p.told, op.tell)
}

func (p *Party) leavePlain(op *Operation, was operationState) {
	end := op.guards[0].end()
	if was == held {
		end.held = slices.DeleteFunc(end.held, func(other *Operation) bool { return other == op })
	} else {
		end.offered--
		end.offeredBytes -= op.bytes()
	}
	for len(end.held) > 0 && end.hasRoom(p.settings) {
		next := end.held[0]
		end.held = end.held[1:]
		p.offer(next)
	}
	p.leftOn(end)
}

func (p *Party) leaveChoice(op *Operation, was operationState) {
	if was != held {
		for end, bytes := range op.large {
			end.largeBytes -= bytes
		}
	}
	for _, guard := range op.guards {
		guard.end().choices--
		p.leftOn(guard.end())
	}
	for _, other := range slices.Clone(p.underWay) {
		if other.shape.isChoice() && other.state == held && p.choiceHasRoom(other) {
			p.offer(other)
		}
	}
}

// ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

// departed: a copy leaves inside a value. What waits on the last comes back: its code cannot go on with it.
func (p *Party) departed(end *End, to string) {
	end.travelling++
	if !end.isInUse() && !end.isIdle() {
		p.recallOn(end, Withdrawn{Why: EndMoved, Owner: to})
	}
}

// arrived: the value was taken, and with it a copy.
func (p *Party) arrived(end *End) {
	end.travelling--
	p.closeCopy(end)
	p.leftOn(end)
}

// cameBack: the value is back, and with it a copy.
func (p *Party) cameBack(end *End) {
	end.travelling--
	p.leftOn(end)
}

// closeCopy closes one copy; with the last, the end.
func (p *Party) closeCopy(end *End) {
	end.copies--
	if end.copies == 0 {
		p.closeEnd(end)
	} else if !end.isInUse() {
		p.recallReceives(end)
	}
}

func (p *Party) closeEnd(end *End) {
	if end.state == endOpen {
		end.state = endClosing
		p.recallReceives(end)
		p.leftOn(end)
	}
}

func (p *Party) recallReceives(end *End) {
	if end.side == wire.Receive {
		why := EndClosed
		if p.phase > retiring {
			why = Leaving
		}
		p.recallOn(end, Withdrawn{Why: why})
	}
}

// leftOn: something less is under way on an end. When all has ended, so may the end.
func (p *Party) leftOn(end *End) {
	if end.state != endClosing || len(end.held) > 0 || end.choices > 0 || end.travelling > 0 {
		return
	}
	if end.side == wire.Receive && end.offered > 0 {
		return
	}
	end.state = endClosed
	p.ends = slices.DeleteFunc(p.ends, func(other *End) bool { return other == end })
	p.say(wire.Close(end.number))
}
