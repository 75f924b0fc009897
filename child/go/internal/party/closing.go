package party

import (
	"slices"

	"handover/internal/wire"
)

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
	if end.path != nil {
		p.tellPath(end.path, end.path.GiveUp)
		return
	}
	p.say(wire.Close(end.number))
}
