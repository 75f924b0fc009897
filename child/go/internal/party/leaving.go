package party

import "slices"

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
	p.leaveReceiving()
}

// WindDown: the process is to come to its end. What was sent before is still delivered; what waits to receive is
// withdrawn, and what is in hand goes back. What code begins from now on has ended. The ends are closed, unless another
// process goes on with them.
func (p *Party) WindDown() {
	if p.phase > retiring {
		return
	}
	isFollowed := p.phase == retiring || p.settings.Restart != ""
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
	p.leaveReceiving()
}
