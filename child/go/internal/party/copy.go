package party

import (
	"fmt"

	"handover/internal/contract"
	"handover/internal/wire"
)

// Copy is what a Sender or a Receiver is to its party.
//
//	state      | meaning
//	-----------|--------------------------------------------------------------------------
//	open       | it may be used
//	travelling | it is inside a value that was not taken yet: moved soon, or open again
//	unwanted   | the same, but it was closed meanwhile: closed if it comes back
//	closed     | it was closed here
//	moved      | it was given away
type Copy struct {
	party *Party
	end   *End
	state copyState
	owner string
}

type copyState uint8

const (
	copyOpen copyState = iota
	copyTravelling
	copyUnwanted
	copyClosed
	copyMoved
)

// Side is that of its end.
func (c *Copy) Side() wire.Side { return c.end.side }

// Channel is the name of its channel.
func (c *Copy) Channel() string { return c.end.channel }

// Contract is what is sent on it must meet; nil: its channel has none.
func (c *Copy) Contract() *contract.Contract { return c.end.contract }

// Number is that by which the supervisor knows its end.
func (c *Copy) Number() int64 { return c.end.number }

// IsOpen reports whether it can be used.
func (c *Copy) IsOpen() bool { return c.state == copyOpen && c.end.state == endOpen }

// Unusable is why it cannot be used; nil when it can.
func (c *Copy) Unusable() Ending {
	switch {
	case c.party.phase > retiring:
		return Withdrawn{Why: Leaving}
	case c.state == copyOpen && c.end.state == endOpen:
		return nil
	case c.state == copyTravelling || c.state == copyMoved:
		return Withdrawn{Why: EndMoved, Owner: c.owner}
	}
	return Withdrawn{Why: EndClosed}
}

// Unfit is why it cannot go with a value of that party, in words; "" when it can.
func (c *Copy) Unfit(party *Party) string {
	what := fmt.Sprintf("the %s of %q", c.word(), c.end.channel)
	switch {
	case c.party != party:
		return what + ", which is no channel of the same supervisor"
	case c.IsOpen():
		return ""
	case c.state == copyTravelling || c.state == copyMoved:
		return fmt.Sprintf("%s, which was given to %s (send a Clone instead)", what, c.owner)
	}
	return what + ", which was closed here"
}

// Clone is one more of the same end.
func (c *Copy) Clone() *Copy {
	c.end.copies++
	return &Copy{party: c.party, end: c.end}
}

// Close gives it up. Closing twice is closing once.
func (c *Copy) Close() {
	switch c.state {
	case copyTravelling:
		c.state = copyUnwanted
	case copyOpen:
		c.state = copyClosed
		c.party.closeCopy(c.end)
	}
}

// depart: its value is on its way. Departing twice, with a value that mentions it twice, is departing once.
func (c *Copy) depart(to string) {
	if c.state == copyOpen {
		c.state, c.owner = copyTravelling, to
		c.party.departed(c.end, to)
	}
}

// arrive: its value was taken.
func (c *Copy) arrive() {
	if c.state == copyTravelling || c.state == copyUnwanted {
		c.state = copyMoved
		c.party.arrived(c.end)
	}
}

// comeBack: its value is back.
func (c *Copy) comeBack() {
	if c.state != copyTravelling && c.state != copyUnwanted {
		return
	}
	isUnwanted := c.state == copyUnwanted
	c.state = copyOpen
	c.party.cameBack(c.end)
	if isUnwanted {
		c.Close()
	}
}

func (c *Copy) word() string {
	if c.end.side == wire.Send {
		return "sender"
	}
	return "receiver"
}
