package party

import (
	"slices"

	"handover/internal/wire"
)

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
	path := op.guards[0].end().path
	switch {
	case op.shape.isChoice() && op.shape.isPoll() && op.namesPath():
		p.offerPoll(op)
		return
	case !op.shape.isChoice() && path != nil:
		p.offerTo(path, op)
		return
	}
	word, _ := op.offer()
	p.say(word)
	if op.shape.isChoice() {
		// It waits for none of them; what comes back because of it has later numbers.
		p.leaveAll(op)
	}
}

// recall asks an operation back; its ending says whether it came, and then for what reason.
func (p *Party) recall(op *Operation, reason Withdrawn) {
	switch {
	case op.state == held:
		p.end(op, reason)
	case op.state == offered && !op.shape.isPoll():
		op.state, op.recall = recalled, reason
		if !p.withdrawDirectly(op) {
			p.say(wire.Withdraw(op.number))
		}
	}
}

// withdrawDirectly reports whether the operation is at a direct link, which gives it back.
func (p *Party) withdrawDirectly(op *Operation) bool {
	path := op.guards[0].end().path
	if op.shape.isChoice() || path == nil || !path.Withdraw(op) {
		return false
	}
	p.carryOut(path)
	return true
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
