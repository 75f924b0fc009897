package party

import (
	"fmt"

	"handover/internal/direct"
	"handover/internal/wire"
)

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
		p.failed(message)
	case wire.Inspected:
		p.inspected(message)
	case wire.Meet:
		p.meet(message)
	case wire.Part:
		p.part(message.Link)
	case wire.Resume:
		p.resume(message.Link)
	case wire.Contract:
		p.contracts[message.End] = message.Text
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

func (p *Party) delivered(message wire.Deliver) {
	op := p.offered[message.Op]
	ends := p.withContracts(message.Ends)
	isWanted := op != nil && (p.phase == working || p.phase == retiring && op.sends())
	if !isWanted {
		p.say(wire.Returned(message.Op))
		for _, passed := range message.Ends {
			p.say(wire.Close(passed.End))
		}
		p.end(op, Withdrawn{Why: Leaving})
		p.endedElsewhere(op)
		return
	}
	value := &Held{party: p, op: message.Op, value: message.Value, attempt: message.Attempt, left: true}
	for _, passed := range ends {
		value.carried = append(value.carried, p.Given(passed))
	}
	p.hand[message.Op] = value
	p.end(op, Delivered{int(message.Guard), value})
	p.endedElsewhere(op)
}

// withContracts are the ends of a value, with what was said of them before.
func (p *Party) withContracts(ends []wire.PassedEnd) []wire.PassedEnd {
	told := make([]wire.PassedEnd, len(ends))
	for i, passed := range ends {
		passed.Contract = p.contracts[passed.End]
		delete(p.contracts, passed.End)
		told[i] = passed
	}
	return told
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
	p.endedElsewhere(op)
}

// failed: of the sender whose end that tells nothing comes on a link any more.
func (p *Party) failed(message wire.Failed) {
	op := p.offered[message.Op]
	if op == nil {
		return
	}
	path := op.guards[message.Guard].end().path
	p.end(op, Failed{int(message.Guard), message.Attempts, message.Reason})
	p.endedElsewhere(op)
	if path != nil && path.end.side == wire.Receive {
		p.tellPath(path, path.Leave)
	}
}

func (p *Party) withdrawn(message wire.Withdrawn) {
	op := p.offered[message.Op]
	if op == nil {
		return
	}
	if path := op.guards[0].end().path; path != nil && !op.shape.isChoice() {
		if side, isReceiving := path.Path.(*direct.Receiving); isReceiving && side.CameBack(op) {
			p.carryOut(path)
			return
		}
	}
	// That of a poll, which was not recalled, is that there was nobody.
	reason := op.recall
	if reason.Attempts = message.Attempts; reason.Attempts > 0 {
		reason.Guard = int(message.Guard)
	}
	p.end(op, reason)
	p.endedElsewhere(op)
}

func (p *Party) inspected(message wire.Inspected) {
	if query := p.queries[message.Query]; query != nil {
		delete(p.queries, message.Query)
		query.Statistics = message.Statistics
		p.told = append(p.told, query.tell)
	}
}
