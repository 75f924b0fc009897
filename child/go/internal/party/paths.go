package party

import (
	"slices"

	"handover/internal/direct"
	"handover/internal/wire"
)

// Pipes carry what is said on direct links. What they hear, they say to the party by Came, Ending, Looked and Closed, also from
// inside of one of these methods.
type Pipes interface {
	// Open opens those of a link, and reports false where it cannot. What has come is read into the path.
	Open(link int64, readPath, writePath string, into direct.Path) bool
	// Write writes a value.
	Write(link int64, value []byte)
	// Answer writes the answer to one: it has left when the turn is over.
	Answer(link int64, answer []byte)
	// Shut writes no more; what has not left, need not.
	Shut(link int64)
	// Close closes both when all that is to be written has left, or nobody hears it.
	Close(link int64)
	// Look reads what has come by now.
	Look(link int64)
	// Later calls after so many milliseconds, in a turn of its own.
	Later(milliseconds int, ring func())
}

// path is where the plain operations of an end go while its channel has a direct link (14). All other operations are the
// supervisor's.
type path struct {
	direct.Path
	link int64
	end  *End
	// isBusy: what is to be done is being done, and what comes because of that, after it.
	isBusy bool
}

func (p *Party) meet(meet wire.Meet) {
	at := slices.IndexFunc(p.ends, func(end *End) bool { return end.number == meet.End })
	if at < 0 || !p.mayMeet(p.ends[at]) {
		p.say(wire.Parted(meet.Link))
		return
	}
	end := p.ends[at]
	var side direct.Path
	if end.side == wire.Send {
		side = direct.NewSending(p.outstandingBeside(end))
	} else {
		side = direct.NewReceiving(p.outstandingReceives(end), direct.Limit{
			Operations: p.settings.WindowOperations,
			Bytes:      p.settings.WindowBytes,
			ValueBytes: p.settings.MaxValueBytes,
		})
	}
	if !p.pipes.Open(meet.Link, meet.ReadPath, meet.WritePath, side) {
		p.say(wire.Parted(meet.Link))
		return
	}
	end.path = &path{Path: side, link: meet.Link, end: end}
	p.paths[meet.Link] = end.path
	p.carryOut(end.path)
}

func (p *Party) mayMeet(end *End) bool {
	if end.state != endOpen || end.path != nil || p.phase != working && end.side == wire.Receive {
		return false
	}
	return !slices.ContainsFunc(p.ends, func(other *End) bool { return other.isBeside(end) && other.choices > 0 })
}

// isBeside reports whether what was begun on an end may be before what is begun on the other: it is the same, or sends on the same
// channel.
func (e *End) isBeside(other *End) bool {
	return e == other || e.side == wire.Send && other.side == wire.Send && e.channel == other.channel
}

// outstandingBeside are the plain operations at the supervisor on an end, and on those beside it.
func (p *Party) outstandingBeside(end *End) (ops []direct.Op) {
	for _, op := range p.underWay {
		if op.state != held && !op.shape.isChoice() && op.guards[0].end().isBeside(end) {
			ops = append(ops, op)
		}
	}
	return ops
}

func (p *Party) outstandingReceives(end *End) (receives []direct.Receive) {
	for _, op := range p.outstandingBeside(end) {
		if op := op.(*Operation); op.state == offered {
			receives = append(receives, direct.Receive{Op: op, How: op.how()})
		}
	}
	return receives
}

// how is how a receive is answered on a direct link.
func (o *Operation) how() direct.How {
	switch o.shape {
	case PlainPoll:
		return direct.AtOnce
	case Extended:
		return direct.Extended
	}
	return direct.Plainly
}

// way is how a send may go.
func (o *Operation) way() direct.Way {
	switch {
	case o.shape == PlainPoll:
		return direct.Polling
	case o.shape == Timed || len(o.guards[0].Carried) > 0:
		return direct.Relayed
	}
	return direct.Directly
}

// offerTo offers a plain operation where its end has a direct link.
func (p *Party) offerTo(path *path, op *Operation) {
	switch side := path.Path.(type) {
	case *direct.Sending:
		side.Offer(direct.Send{Op: op, Value: op.guards[0].Value, Way: op.way()})
	case *direct.Receiving:
		side.Offer(direct.Receive{Op: op, How: op.how()})
	}
	p.carryOut(path)
}

// relay offers an operation to the supervisor. Its number is greater than those of all that were offered before (4.1).
func (p *Party) relay(op *Operation) {
	delete(p.offered, op.number)
	p.lastOp++
	op.number = p.lastOp
	p.offered[op.number] = op
	word, _ := op.offer()
	p.say(word)
}

// carryOut does what is to be done because of what a path was told.
func (p *Party) carryOut(path *path) {
	if path.isBusy {
		return
	}
	path.isBusy = true
	for due := path.Effects(); len(due) > 0; due = path.Effects() {
		for _, effect := range due {
			p.do(path, effect)
		}
	}
	path.isBusy = false
}

func (p *Party) do(path *path, effect direct.Effect) {
	switch effect := effect.(type) {
	case direct.Write:
		p.pipes.Write(path.link, effect.Value)
	case direct.Answer:
		p.pipes.Answer(path.link, effect.Bytes)
	case direct.Complete:
		p.end(effect.Op.(*Operation), Completed{})
	case direct.Give:
		p.give(path, effect)
	case direct.Reject:
		p.end(effect.Op.(*Operation), Failed{Reason: wire.Refused{Why: effect.Why}})
	case direct.Return:
		op := effect.Op.(*Operation)
		p.end(op, op.recall)
	case direct.Relay:
		p.relay(effect.Op.(*Operation))
	case direct.AskBack:
		p.say(wire.AskBack(effect.Op.(*Operation).number))
	case direct.Met:
		p.say(wire.Met(path.link))
	case direct.Parted:
		p.say(wire.Parted(path.link))
		p.forget(path, wire.Receive)
	case direct.Flow:
		p.say(wire.Flow(path.link, effect.Taken, effect.Senders, effect.Receivers))
	case direct.GiveUp:
		p.say(wire.Close(path.end.number))
	case direct.Shut:
		p.pipes.Shut(path.link)
	case direct.Close:
		p.pipes.Close(path.link)
	case direct.Look:
		p.pipes.Look(path.link)
	case direct.Wake:
		p.pipes.Later(effect.Milliseconds, func() { p.tellPath(path, func() { path.Rang(effect.Alarm) }) })
	case direct.Over:
		path.end.path = nil
		p.forget(path, wire.Send)
		p.offerFreePolls()
	}
}

// forget: who sends hears of a link until it is over, and who receives until that was said.
func (p *Party) forget(path *path, side wire.Side) {
	if path.end.side == side {
		delete(p.paths, path.link)
	}
}

func (p *Party) tellPath(path *path, tell func()) {
	tell()
	p.carryOut(path)
}

// give gives a value that came on a link.
func (p *Party) give(path *path, given direct.Give) {
	op := given.Op.(*Operation)
	value := &Held{party: p, path: path, op: op.number, value: given.Value, attempt: 1, left: true}
	p.hand[op.number] = value
	p.end(op, Delivered{given.Guard, value})
}

func (p *Party) part(link int64) {
	if path := p.paths[link]; path != nil {
		p.tellPath(path, path.Leave)
	}
}

func (p *Party) resume(link int64) {
	if path := p.paths[link]; path != nil {
		if side, isSending := path.Path.(*direct.Sending); isSending {
			p.tellPath(path, side.Resume)
		}
	}
}

// leaveReceiving ends all links over which something could be received.
func (p *Party) leaveReceiving() {
	for _, path := range p.paths {
		if path.end.side == wire.Receive {
			p.tellPath(path, path.Leave)
		}
	}
}

// endedElsewhere: an operation has its ending by the supervisor.
func (p *Party) endedElsewhere(op *Operation) {
	for _, path := range p.paths {
		p.tellPath(path, func() { path.Ended(op) })
	}
}

// LinkOf is the direct link over which an operation goes now; 0 where it goes over none.
func (p *Party) LinkOf(op *Operation) int64 {
	if path := op.guards[0].end().path; path != nil && op.state != ended && !op.shape.isChoice() && path.Carries() {
		return path.link
	}
	return 0
}

// ── what comes on a link ──

// Came: what was read into the path of a link is to be dealt with.
func (p *Party) Came(link int64) { p.onLink(link, func(direct.Path) {}) }

// Ending: the other side says no more, and all that it has said has come.
func (p *Party) Ending(link int64) { p.onLink(link, direct.Path.Ending) }

// Unheard: nobody reads what is written.
func (p *Party) Unheard(link int64) { p.onLink(link, direct.Path.Leave) }

// Looked: what had come was read.
func (p *Party) Looked(link int64) { p.onLink(link, direct.Path.Looked) }

// Closed: both pipes of a link are.
func (p *Party) Closed(link int64) { p.onLink(link, direct.Path.Closed) }

func (p *Party) onLink(link int64, tell func(direct.Path)) {
	if path := p.paths[link]; path != nil {
		p.tellPath(path, func() { tell(path.Path) })
	}
}
