package party

import (
	"slices"

	"handover/internal/direct"
)

// offerPoll offers a choice that does not want to wait, where one of its ends has a direct link. What waits there already is
// for it; else the links are in its way: at the supervisor it would miss who waits at their other end. It waits for their end,
// but not for long.
func (p *Party) offerPoll(op *Operation) {
	for place, guard := range op.guards {
		path := guard.end().path
		if path == nil {
			continue
		}
		side, isReceiving := path.Path.(*direct.Receiving)
		if !isReceiving {
			continue
		}
		p.pipes.Look(path.link)
		if side.Give(op, place) {
			p.carryOut(path)
			return
		}
	}
	p.polls = append(p.polls, op)
	p.pipes.Later(direct.PollPatience, func() {
		if p.dropPoll(op) {
			p.end(op, Withdrawn{Why: Nobody})
		}
	})
	p.leaveAll(op)
	p.offerFreePolls()
}

// offerFreePolls offers those whose ends have no link any more.
func (p *Party) offerFreePolls() {
	for _, op := range slices.Clone(p.polls) {
		if !op.namesPath() && p.dropPoll(op) {
			p.relay(op)
		}
	}
}

func (p *Party) dropPoll(op *Operation) bool {
	before := len(p.polls)
	p.polls = slices.DeleteFunc(p.polls, func(other *Operation) bool { return other == op })
	return len(p.polls) < before
}

// leaveAll ends the links of the ends that an operation names.
func (p *Party) leaveAll(op *Operation) {
	for _, guard := range op.guards {
		if path := guard.end().path; path != nil {
			p.tellPath(path, path.Leave)
		}
	}
}

func (o *Operation) namesPath() bool {
	return slices.ContainsFunc(o.guards, func(guard Guard) bool { return guard.end().path != nil })
}
